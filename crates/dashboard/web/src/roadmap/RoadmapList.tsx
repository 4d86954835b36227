/** The roadmap as a list: by now, by date, next and later. The same facts as on the timeline, for keys and for small screens. */

import { useTranslation } from "react-i18next";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { Link } from "wouter";
import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { Button } from "../design/Button";
import { Tag } from "../design/parts";
import type { LiveEvent } from "../live/event";
import { useMark } from "../live/recent";
import { DomainTag } from "../product/shown";
import { grouped, GROUPS } from "./plan";
import { ProgressBar } from "./ProgressBar";
import { plannedOf } from "./span";
import { usePlanWords } from "./usePlanWords";
import style from "./RoadmapList.module.css";

const DRAWN_WHOLE = 60;

/** What a row can do and has to know beyond its entry. */
export interface PlanActs {
  readonly mayPlan: (domain: string) => boolean;
  readonly editDates: (entry: RoadmapEntry) => void;
  readonly goalName: (goal: string) => string;
  readonly whoOf: (event: LiveEvent) => string;
  readonly slipped: ReadonlyMap<string, number> | undefined;
}

export function RoadmapList({ entries, acts, only }: { entries: readonly RoadmapEntry[]; acts: PlanActs; only?: readonly (typeof GROUPS)[number][] }) {
  const { t } = useTranslation("roadmap");
  const groups = grouped(entries);
  return (
    <div className={only ? style.beside : style.groups}>
      {(only ?? GROUPS).map(
        (group) =>
          (only || groups[group].length > 0) && (
            <section key={group} aria-labelledby={`roadmap-${group}`} className={style.group}>
              <h2 id={`roadmap-${group}`}>
                {t(`group.${group}`)} <span className={style.count}>{groups[group].length}</span>
              </h2>
              {groups[group].length === 0 ? <p className={style.none}>{t("groupEmpty")}</p> : <Rows entries={groups[group]} acts={acts} />}
            </section>
          ),
      )}
    </div>
  );
}

/** A long list draws what is on the screen, a short one all of it. */
function Rows({ entries, acts }: { entries: readonly RoadmapEntry[]; acts: PlanActs }) {
  if (entries.length > DRAWN_WHOLE) return <ManyRows entries={entries} acts={acts} />;
  return (
    <ul>
      {entries.map((entry) => (
        <li key={entry.name}>
          <Row entry={entry} acts={acts} />
        </li>
      ))}
    </ul>
  );
}

function ManyRows({ entries, acts }: { entries: readonly RoadmapEntry[]; acts: PlanActs }) {
  const area = useRef<HTMLDivElement>(null);
  // The rows are asked for anew at each scroll: that is what it is for.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => area.current,
    estimateSize: () => 76,
    getItemKey: (index) => entries[index]?.name ?? index,
    overscan: 8,
  });
  return (
    <div ref={area} className={style.many}>
      <ul style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const entry = entries[row.index];
          return (
            entry && (
              <li key={row.key} ref={rows.measureElement} data-index={row.index} aria-setsize={entries.length} aria-posinset={row.index + 1} style={{ transform: `translateY(${row.start}px)` }}>
                <Row entry={entry} acts={acts} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Row({ entry, acts }: { entry: RoadmapEntry; acts: PlanActs }) {
  const { t } = useTranslation("roadmap");
  const words = usePlanWords();
  const mark = useMark(entry.name);
  const who = mark ? acts.whoOf(mark) : "";
  const slipped = acts.slipped?.get(entry.name) ?? 0;
  return (
    <article className={`${style.row} ${mark ? style.marked : ""}`}>
      <div className={style.what}>
        <h3>
          <Link href={`/${entry.name}`}>{entry.title}</Link>
        </h3>
        {who && <Tag tone="warn">{who}</Tag>}
        {slipped > 0 && <Tag tone="urgent">{t("slippedBy", { length: words.length(slipped) })}</Tag>}
      </div>
      <div className={style.facts}>
        <DomainTag name={entry.domain} />
        {plannedOf(entry.when).kind === "dates" && <span className={style.when}>{words.when(plannedOf(entry.when))}</span>}
        {entry.release && <span>{t("inRelease", { release: entry.release })}</span>}
        {entry.goal ? <span>{acts.goalName(entry.goal)}</span> : <span className={style.warn}>{t("noGoal")}</span>}
        <ProgressBar entry={entry} />
      </div>
      {acts.mayPlan(entry.domain) && (
        <Button small weight="quiet" icon="edit" className={style.act ?? ""} aria-label={t("editDatesOf", { title: entry.title })} onClick={() => acts.editDates(entry)}>
          {t("editDates")}
        </Button>
      )}
    </article>
  );
}
