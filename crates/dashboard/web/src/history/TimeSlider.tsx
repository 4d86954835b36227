/**
 * The way into the past of a page, and what is said while one is there. It reads and writes the address alone; what is shown
 * as of that moment is the page's.
 */

import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";
import type { Sync } from "../api/gen/koepel/v1/sync_pb";
import { idOf, pageOf } from "../api/names";
import { Button } from "../design/Button";
import { Menu } from "../design/Menu";
import { Note } from "../design/parts";
import { day as dayInWords } from "../i18n/format";
import { useHere } from "../me/Me";
import { useNow } from "../product/shown";
import { type AsOf, textOf, useAsOf } from "./asOf";
import { dayAt, dayOf, isOffered, type Life, lifeOf, movedBy, positionOf } from "./days";
import { endOf, syncOf, useMomentWords } from "./momentWords";
import { useSyncs } from "./useSyncs";
import style from "./TimeSlider.module.css";

/** How long a position has to stand before its day is asked for. */
const SETTLED_MS = 200;

/** Mount it as a row of its own, or at the end of a row of tools: closed it is one button. */
export function TimeSlider() {
  const { t } = useTranslation("history");
  const { name, product } = useHere();
  const { asOf, isPast } = useAsOf(name);
  const [, setSearch] = useSearchParams();
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const { ended: syncs } = useSyncs();
  const words = useMomentWords(syncs);
  const now = useNow();
  const panel = useId();
  const life = useMemo(() => lifeOf(product.createTime ? timestampDate(product.createTime) : now, now), [product.createTime, now]);

  const go = (to: AsOf) => {
    setSearch(
      (search) => {
        const next = new URLSearchParams(search);
        if (to.kind === "now") next.delete("as_of");
        else next.set("as_of", textOf(to));
        return next;
      },
      // Back leads out of the past, and not through each day of it.
      { replace: isPast && to.kind !== "now" },
    );
  };
  const backToNow = () => {
    go({ kind: "now" });
    toggle.current?.focus();
  };

  return (
    <div className={`${style.time} ${open || isPast ? style.wide : ""}`}>
      <Button ref={toggle} weight="quiet" icon="clock" aria-expanded={open} aria-controls={open ? panel : undefined} onClick={() => setOpen(!open)}>
        {open ? t("closeSlider") : isPast ? words(asOf) : t("now")}
      </Button>
      {open && (
        <div id={panel} className={style.panel} role="group" aria-label={t("slider")}>
          <Slider life={life} syncs={syncs} asOf={asOf} go={go} words={words} />
          <div className={style.tools}>
            <DayField key={asOf.kind === "day" ? asOf.day : asOf.kind} life={life} day={asOf.kind === "day" ? asOf.day : ""} go={go} />
            <Button small disabled={syncs.length === 0} onClick={() => go({ kind: "sync", sync: "-" })}>
              {t("toLastSync")}
            </Button>
            {syncs.length > 1 && (
              <Menu
                label={t("toSync")}
                className={style.menu}
                items={syncs.slice(0, 20).map((sync) => ({
                  key: sync.name,
                  label: t("syncOn", { sync: sync.displayName || idOf(sync.name), day: dayInWords(new Date(dayOf(endOf(sync) ?? now)), "medium") }),
                  checked: syncOf(asOf, syncs) === sync,
                  act: () => go({ kind: "sync", sync: idOf(sync.name) }),
                }))}
              >
                {t("toSync")}
              </Menu>
            )}
            {isPast && (
              <Button small weight="main" onClick={backToNow}>
                {t("backToNow")}
              </Button>
            )}
          </div>
          {life.length === 0 && <p className={style.hint}>{t("madeToday")}</p>}
          {syncs.length === 0 && <p className={style.hint}>{t("noSyncEnded")}</p>}
        </div>
      )}
      {isPast && <Banner asOf={asOf} life={life} syncs={syncs} closed={!open} backToNow={backToNow} go={go} />}
    </div>
  );
}

interface Way {
  readonly life: Life;
  readonly go: (to: AsOf) => void;
}

function Slider({ life, syncs, asOf, go, words }: Way & { syncs: readonly Sync[]; asOf: AsOf; words: (asOf: AsOf) => string }) {
  const { t } = useTranslation("history");
  const [held, setHeld] = useState<number>();
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  const end = endOf(syncOf(asOf, syncs));
  const shown = positionOf(life, asOf.kind === "day" ? asOf.day : end && dayOf(end));
  const position = held ?? shown;

  useEffect(() => {
    if (held === undefined) return;
    const timer = setTimeout(() => {
      const day = dayAt(life, held);
      latest.current(day === undefined ? { kind: "now" } : { kind: "day", day });
      setHeld(undefined);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [held, life]);

  const key = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = movedBy(life, position, event.key);
    if (to === undefined) return;
    event.preventDefault();
    setHeld(to);
  };
  const day = dayAt(life, position);
  const said = held === undefined && asOf.kind !== "day" ? words(asOf) : day === undefined ? t("now") : dayInWords(new Date(day), "long");
  const marks = new Map(syncs.map((sync) => [positionOf(life, dayOf(endOf(sync) ?? new Date())), sync]));

  return (
    <div className={style.slider}>
      <output className={style.said}>{said}</output>
      <div className={style.track}>
        <input
          type="range"
          min={0}
          max={life.length}
          step={1}
          value={position}
          disabled={life.length === 0}
          aria-label={t("day")}
          aria-valuetext={said}
          onChange={(event) => setHeld(Number(event.target.value))}
          onKeyDown={key}
        />
        <div className={style.marks} aria-hidden="true">
          {life.length > 0 &&
            [...marks].map(([at, sync]) => (
              <span key={sync.name} title={sync.displayName || idOf(sync.name)} style={{ "--at": at / life.length } as CSSProperties} />
            ))}
        </div>
      </div>
      <div className={style.ends} aria-hidden="true">
        <span>{dayInWords(new Date(life.first), "medium")}</span>
        <span>{t("now")}</span>
      </div>
    </div>
  );
}

/** A day, typed. What is typed on the way to it is not gone to. */
function DayField({ life, day, go }: Way & { day: string }) {
  const { t } = useTranslation("history");
  const [typed, setTyped] = useState(day);
  const id = useId();
  const take = () => {
    if (typed === day) return;
    if (typed === life.today) go({ kind: "now" });
    else if (isOffered(life, typed)) go({ kind: "day", day: typed });
    else setTyped(day);
  };
  return (
    <form
      className={style.field}
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <label htmlFor={id}>{t("day")}</label>
      <input id={id} type="date" min={life.first} max={life.today} value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={take} />
      <button type="submit" className="visually-hidden" tabIndex={-1}>
        {t("show")}
      </button>
    </form>
  );
}

interface BannerProps extends Way {
  asOf: AsOf;
  syncs: readonly Sync[];
  closed: boolean;
  backToNow: () => void;
}

function Banner({ asOf, life, syncs, closed, backToNow, go }: BannerProps) {
  const { t } = useTranslation("history");
  const { name } = useHere();
  const sentence = useBannerWords(syncs)(asOf);
  if (asOf.kind === "day" && asOf.day < life.first) {
    return (
      <Note tone="warn">
        <p>{t("before", { day: dayInWords(new Date(asOf.day), "long"), first: dayInWords(new Date(life.first), "long") })}</p>
        <div className={style.ways}>
          {isOffered(life, life.first) && (
            <Button small onClick={() => go({ kind: "day", day: life.first })}>
              {t("toFirst")}
            </Button>
          )}
          <Button small onClick={backToNow}>
            {t("backToNow")}
          </Button>
        </div>
      </Note>
    );
  }
  return (
    <Note tone="warn" icon="clock">
      <p role="status">{sentence}</p>
      <div className={style.ways}>
        <Link href={`${pageOf(name, "changes")}?from=${encodeURIComponent(textOf(asOf))}`}>{t("sinceThen")}</Link>
        {closed && (
          <Button small onClick={backToNow}>
            {t("backToNow")}
          </Button>
        )}
      </div>
    </Note>
  );
}

function useBannerWords(syncs: readonly Sync[]): (asOf: AsOf) => string {
  const { t } = useTranslation("history");
  return (asOf) => {
    switch (asOf.kind) {
      case "now":
        return t("now");
      case "day":
        return t("asItWasDay", { day: dayInWords(new Date(asOf.day), "long") });
      case "version":
        return t("asItWasVersion", { version: String(asOf.version) });
      case "sync": {
        const sync = syncOf(asOf, syncs);
        const end = endOf(sync);
        if (!sync || !end) return t("asItWasSync");
        return t("asItWasSyncNamed", { sync: sync.displayName || idOf(sync.name), day: dayInWords(new Date(dayOf(end)), "long") });
      }
    }
  };
}
