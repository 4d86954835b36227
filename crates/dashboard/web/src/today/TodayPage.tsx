/** Today: what needs the reader, the most urgent first; what changed since the last sync; their domains at a glance. */

import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pageOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { useTitle } from "../app/title";
import { Button, IconButton } from "../design/Button";
import { Icon } from "../design/Icon";
import { Note, PageHead, Waiting } from "../design/parts";
import { keepFocus } from "../design/focus";
import { list } from "../i18n/format";
import { useNews } from "../live/recent";
import { useHere } from "../me/Me";
import { sentenceOf } from "../product/RefusalText";
import { useNow } from "../product/shown";
import { Glance } from "./Glance";
import { type Need, needs } from "./needs";
import { NeedRow } from "./NeedRow";
import { useSettledWords } from "./needWords";
import type { Stand } from "./questions";
import { settled, type Settled } from "./settled";
import { Since } from "./Since";
import { useFacts, useReader } from "./useFacts";
import style from "./TodayPage.module.css";

/** So many are shown at first: more than anybody does in a day. */
const SHOWN = 12;

export default function TodayPage() {
  const { t } = useTranslation(["today", "app"]);
  const reader = useReader();
  const now = useNow();
  const { facts, stand, askAgain } = useFacts(reader);
  useTitle(t("app:page.today"));
  const found = needs(facts, reader, now.getTime());
  return (
    <>
      <PageHead title={t("app:page.today")}>{stand.known && found.length > 0 ? t("lead", { count: found.length }) : undefined}</PageHead>
      <div className={style.columns}>
        <div className={style.main}>
          {stand.unanswered.length > 0 && <Unanswered stand={stand} onAsk={askAgain} />}
          {stand.known ? <Needs found={found} reader={reader.person} isWhole={stand.unanswered.length === 0} /> : <Waiting lines={6} />}
        </div>
        <div className={style.side}>
          <Since />
          <Glance domains={reader.domains} />
        </div>
      </div>
    </>
  );
}

/** What could not be asked: it may need the reader all the same. */
function Unanswered({ stand: { unanswered, thrown }, onAsk }: { stand: Stand; onAsk: () => void }) {
  const { t } = useTranslation("today");
  const here = useHere();
  const refusal = refusalOf(thrown);
  return (
    <Note tone="warn" alert>
      <p>{t("unanswered.what", { what: list(unanswered.map((what) => t(`unanswered.${what}`))) })}</p>
      {refusal.reason !== "OFFLINE" && <small>{sentenceOf(refusal, here)}</small>}
      <div>
        <Button small onClick={onAsk}>
          {t("unanswered.again")}
        </Button>
      </div>
    </Note>
  );
}

/** `isWhole`: whether all was asked; only then nothing is nothing. */
function Needs({ found, reader, isWhole }: { found: readonly Need[]; reader: string; isWhole: boolean }) {
  const { t } = useTranslation("today");
  const here = useHere();
  const [all, setAll] = useState(false);
  const [gone, dismiss] = useSettled(found, reader);
  const shown = all ? found : found.slice(0, SHOWN);
  const rows = useRef<HTMLOListElement>(null);
  const focused = useRef(-1);
  const keys = shown.map(({ key }) => key).join(" ");
  useEffect(() => {
    // What had the focus may be gone: its neighbour has it then.
    const at = focused.current;
    if (at >= 0) keepFocus(() => rows.current?.children[Math.min(at, (rows.current.children.length || 1) - 1)]?.querySelector<HTMLElement>("a, button"));
  }, [keys]);
  return (
    <section className={style.needs} aria-label={t("needs")}>
      {gone.length > 0 && (
        <ul className={style.gone} role="status">
          {gone.map((one) => (
            <Gone key={one.need.key} settled={one} onDismiss={() => dismiss(one.need.key)} />
          ))}
        </ul>
      )}
      {found.length === 0 && isWhole ? (
        <div className={style.empty}>
          <Icon name="check" size={28} />
          <h2>{t("none.title")}</h2>
          <p>{t("none.text")}</p>
          <p>
            <Link href={pageOf(here.name, "backlog")}>{t("none.backlog")}</Link>
          </p>
        </div>
      ) : (
        // Nothing is done by it: where the focus is is remembered.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
        <ol
          ref={rows}
          className={style.list}
          onFocus={(event) => {
            focused.current = [...event.currentTarget.children].findIndex((row) => row.contains(event.target));
          }}
          onBlur={(event) => {
            // What goes away by itself tells nobody where the focus went.
            if (event.relatedTarget) focused.current = -1;
          }}
        >
          {shown.map((need, index) => (
            <NeedRow key={need.key} need={need} first={index === 0} />
          ))}
        </ol>
      )}
      {shown.length < found.length && (
        <div>
          <Button weight="quiet" onClick={() => setAll(true)}>
            {t("more", { count: found.length - shown.length })}
          </Button>
        </div>
      )}
    </section>
  );
}

/** What others settled while this page was open. */
function useSettled(found: readonly Need[], reader: string): readonly [readonly Settled[], (key: string) => void] {
  const news = useNews();
  const keys = useMemo(() => found.map(({ key }) => key).join("\n"), [found]);
  const [before, setBefore] = useState({ keys, found });
  const [gone, setGone] = useState<readonly Settled[]>([]);
  if (before.keys !== keys) {
    setBefore({ keys, found });
    const now = settled(before.found, found, news, reader);
    const back = new Set(found.map(({ key }) => key));
    setGone([...now, ...gone].filter(({ need }) => !back.has(need.key)).slice(0, 5));
  }
  return [gone, (key) => setGone(gone.filter(({ need }) => need.key !== key))];
}

function Gone({ settled, onDismiss }: { settled: Settled; onDismiss: () => void }) {
  const { t } = useTranslation("design");
  const words = useSettledWords();
  return (
    <li>
      <Icon name="check" />
      <span>{words(settled)}</span>
      <IconButton icon="close" label={t("dismiss")} onClick={onDismiss} />
    </li>
  );
}
