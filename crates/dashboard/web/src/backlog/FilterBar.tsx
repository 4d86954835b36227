/** What of the backlog is shown: words that are looked for, and choices. Each is in the address, and can be taken away. */

import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Moscow } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Icon } from "../design/Icon";
import { useHere } from "../me/Me";
import { useWords } from "../product/shown";
import { ALL, type Filter, KINDS, MOSCOWS, narrows, STATUSES, overlooks, type SetFilter, toggled } from "./filter";
import { Choice } from "./Choice";
import style from "./FilterBar.module.css";

/** How long typing has to rest before it is looked for. */
const RESTS_MS = 180;

/** `isPast`: there are no words to look for then, and what the address says of them waits. */
export function FilterBar({ filter, setFilter, isPast, children }: { filter: Filter; setFilter: SetFilter; isPast: boolean; children?: ReactNode }) {
  const { t } = useTranslation("backlog");
  const { domains } = useHere();
  const words = useWords();
  const set = (part: (now: Filter) => Partial<Filter>) => setFilter((now) => ({ ...now, ...part(now) }));
  const domainName = (name: string) => domains.find((one) => one.name === name)?.displayName ?? idOf(name);
  const searches = !isPast && filter.query.trim() !== "";
  const asks = searches && overlooks(filter) ? domainName(filter.asksOf) : undefined;
  return (
    <search className={style.bar} aria-label={t("filter.label")}>
      {isPast ? <p className={style.noWords}>{t("filter.noWords")}</p> : <Words query={filter.query} setQuery={(query) => setFilter((now) => ({ ...now, query }), true)} />}
      <Choice
        label={t("filter.kind")}
        values={KINDS.map((kind) => ({ value: kind, label: words.kind(kind) }))}
        chosen={filter.kinds}
        toggle={(kind) => set((now) => ({ kinds: toggled(now.kinds, kind) }))}
      />
      <Choice
        label={t("filter.status")}
        values={STATUSES.map((status) => ({ value: status, label: words.status(status) }))}
        chosen={filter.statuses}
        toggle={(status) => set((now) => ({ statuses: toggled(now.statuses, status) }))}
      />
      <Choice
        label={t("filter.moscow")}
        values={MOSCOWS.map((moscow) => ({ value: moscow, label: moscow === Moscow.UNSPECIFIED ? t("filter.noMoscow") : words.moscow(moscow) }))}
        chosen={filter.moscow}
        toggle={(moscow) => set((now) => ({ moscow: toggled(now.moscow, moscow) }))}
      />
      <Choice label={t("filter.domain")} values={domains.map(({ name, displayName }) => ({ value: name, label: displayName }))} chosen={filter.domains} toggle={(domain) => set((now) => ({ domains: toggled(now.domains, domain) }))} />
      <Choice
        label={t("filter.more")}
        values={[
          { value: "pinned", label: t("filter.pinned") },
          { value: "closed", label: t("filter.closed") },
          ...(searches ? [] : domains.map(({ name }) => ({ value: name, label: t("filter.asksOf", { domain: domainName(name) }) }))),
        ]}
        chosen={[...(filter.pinned ? ["pinned"] : []), ...(filter.closed ? ["closed"] : []), ...(filter.asksOf && !searches ? [filter.asksOf] : [])]}
        toggle={(value) => {
          if (value === "pinned") set((now) => ({ pinned: !now.pinned }));
          else if (value === "closed") set((now) => ({ closed: !now.closed }));
          else set((now) => ({ asksOf: now.asksOf === value ? "" : value }));
        }}
      >
        <Label add={(label) => set((now) => ({ labels: [...new Set([...now.labels, label])] }))} />
      </Choice>
      {children}
      {filter.labels.map((label) => (
        <button key={label} type="button" className={style.label} onClick={() => set((now) => ({ labels: now.labels.filter((one) => one !== label) }))} aria-label={t("filter.withoutLabel", { label })}>
          {t("filter.withLabel", { label })}
          <Icon name="close" size={12} />
        </button>
      ))}
      {asks !== undefined && (
        <button type="button" className={`${style.label} ${style.overlooked}`} onClick={() => set(() => ({ asksOf: "" }))} aria-label={t("filter.withoutAsks", { domain: asks })}>
          {t("filter.asksNot", { domain: asks })}
          <Icon name="close" size={12} />
        </button>
      )}
      {(narrows(filter) || searches || filter.closed) && (
        <Button small weight="quiet" onClick={() => setFilter(() => ALL)}>
          {t("filter.clear")}
        </Button>
      )}
    </search>
  );
}

/** What is typed is looked for once it rests; what the address says is shown when it says something else. */
function Words({ query, setQuery }: { query: string; setQuery: (query: string) => void }) {
  const { t } = useTranslation("backlog");
  const [typed, setTyped] = useState(query);
  const sent = useRef(query);
  const latest = useRef(setQuery);
  useEffect(() => {
    latest.current = setQuery;
  });
  useEffect(() => {
    if (query === sent.current) return;
    sent.current = query;
    setTyped(query);
  }, [query]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      latest.current(typed);
    }, RESTS_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className={style.words}>
      <Icon name="search" />
      <span className="visually-hidden">{t("filter.words")}</span>
      <input type="search" value={typed} placeholder={t("filter.words")} autoComplete="off" spellCheck={false} maxLength={500} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}

function Label({ add }: { add: (label: string) => void }) {
  const { t } = useTranslation("backlog");
  const [label, setLabel] = useState("");
  return (
    <form
      className={style.addLabel}
      onSubmit={(event) => {
        event.preventDefault();
        if (label.trim()) add(label.trim());
        setLabel("");
      }}
    >
      <input value={label} maxLength={64} placeholder={t("filter.label_")} aria-label={t("filter.label_")} onChange={(event) => setLabel(event.target.value)} />
      <Button small type="submit">
        {t("filter.addLabel")}
      </Button>
    </form>
  );
}
