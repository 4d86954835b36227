/** Which two moments are compared, and for whom: all of it is in the address. */

import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { useHere } from "../me/Me";
import { type AsOf, textOf } from "./asOf";
import { isOffered, type Life } from "./days";
import { startIs, startOf, STARTS } from "./span";
import style from "./SpanPicker.module.css";

interface Props {
  from: AsOf;
  to: AsOf;
  life: Life;
  hasSync: boolean;
}

export function SpanPicker({ from, to, life, hasSync }: Props) {
  const { t } = useTranslation("history");
  const { domains } = useHere();
  const [path] = useLocation();
  const [search, setSearch] = useSearchParams();
  const id = useId();
  const chosen = startIs(from, life.today);

  const changed = (changes: Readonly<Record<string, string>>) => {
    const params = new URLSearchParams(search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) params.set(key, value);
      else params.delete(key);
    }
    return params;
  };
  const go = (changes: Readonly<Record<string, string>>) => setSearch(changed(changes));
  return (
    <div className={style.picker}>
      <div className={style.row}>
        <nav className={style.starts} aria-label={t("span.since")}>
          {STARTS.filter((start) => start !== "sync" || hasSync).map((start) => (
            <Link
              key={start}
              href={`${path}?${changed({ from: textOf(startOf(start, life.today)), to: "" }).toString()}`}
              aria-current={chosen === start && to.kind === "now" ? "true" : undefined}
            >
              {t(`span.${start}`)}
            </Link>
          ))}
        </nav>
        <div className={style.field}>
          <label htmlFor={id}>{t("span.domain")}</label>
          <select id={id} value={search.get("domain") ?? ""} onChange={(event) => go({ domain: event.target.value })}>
            <option value="">{t("span.allDomains")}</option>
            {domains.map((domain) => (
              <option key={domain.name} value={idOf(domain.name)}>
                {domain.displayName}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div className={style.fields}>
        <Day key={`from-${textOf(from)}`} label={t("span.from")} day={from.kind === "day" ? from.day : ""} life={life} go={(day) => go({ from: day })} />
        <Version key={`version-${textOf(from)}`} version={from.kind === "version" ? String(from.version) : ""} go={(version) => go({ from: version })} />
        <Day key={`to-${textOf(to)}`} label={t("span.to")} day={to.kind === "day" ? to.day : ""} life={life} go={(day) => go({ to: day })} />
        {to.kind === "now" ? (
          <span className={style.now}>{t("span.orNow")}</span>
        ) : (
          <Button small onClick={() => go({ to: "" })}>
            {t("span.toNow")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A day, gone to when it is whole. Today is now. */
function Day({ label, day, life, go }: { label: string; day: string; life: Life; go: (day: string) => void }) {
  const [typed, setTyped] = useState(day);
  const id = useId();
  const take = () => {
    if (typed === day) return;
    if (typed === "" || typed === life.today) go("");
    else if (isOffered(life, typed)) go(typed);
    else setTyped(day);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take();
  };
  return (
    <form className={style.field} onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <input id={id} type="date" min={life.first} max={life.today} value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={take} />
    </form>
  );
}

function Version({ version, go }: { version: string; go: (version: string) => void }) {
  const { t } = useTranslation("history");
  const [typed, setTyped] = useState(version);
  const id = useId();
  const take = () => {
    const text = typed.trim();
    if (text === version) return;
    if (/^\d{1,18}$/.test(text)) go(text);
    else setTyped(version);
  };
  return (
    <form
      className={style.field}
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <label htmlFor={id}>{t("span.version")}</label>
      <input id={id} className={style.short} inputMode="numeric" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={take} />
    </form>
  );
}
