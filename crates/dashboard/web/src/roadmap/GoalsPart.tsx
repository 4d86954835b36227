/** The goals of a product with what serves each, and what serves none. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import type { Goal, RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf, pageOf } from "../api/names";
import { Button } from "../design/Button";
import { Menu } from "../design/Menu";
import { Tag, Waiting } from "../design/parts";
import { useMark } from "../live/recent";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { DomainTag } from "../product/shown";
import { CloseGoalDialog, GoalDialog } from "./GoalDialogs";
import { NO_GOAL } from "./plan";
import { plannedOf } from "./span";
import { useGoals } from "./useRoadmap";
import { usePlanWords } from "./usePlanWords";
import style from "./PurposeView.module.css";

const SHOWN = 8;

export function GoalsPart({ entries, moment, readOnly }: { entries: readonly RoadmapEntry[]; moment: Moment | undefined; readOnly: boolean }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const whoMay = useWhoMay();
  const { goals, known, error } = useGoals(here.name, moment);
  const [open, setOpen] = useState<{ kind: "add" } | { kind: "change" | "close"; goal: string } | undefined>(undefined);
  const may = !readOnly && here.mandate.may(Act.MANAGE_GOALS);
  const none = entries.filter(({ goal }) => !goal);
  const goal = open && open.kind !== "add" ? goals.find(({ name }) => name === open.goal) : undefined;
  const close = () => setOpen(undefined);
  return (
    <section className={style.part} aria-labelledby="goals">
      <header className={style.head}>
        <h2 id="goals">{t("goals")}</h2>
        {may && (
          <Button small icon="plus" onClick={() => setOpen({ kind: "add" })}>
            {t("newGoal")}
          </Button>
        )}
      </header>
      {!known && (error ? <RefusalNote thrown={error} /> : <Waiting />)}
      {known && goals.length === 0 && <p className={style.quiet}>{t("noGoals")}</p>}
      <ul className={style.goals}>
        {goals.map((one) => (
          <GoalRow
            key={one.name}
            goal={one}
            entries={entries.filter((entry) => entry.goal === one.name)}
            may={may}
            onChange={() => setOpen({ kind: "change", goal: one.name })}
            onClose={() => setOpen({ kind: "close", goal: one.name })}
          />
        ))}
      </ul>
      {known && (
        <div className={style.none}>
          <h3>{t("withoutGoal")}</h3>
          {none.length === 0 ? <p className={style.quiet}>{t("allServe")}</p> : <Entries entries={none} more={NO_GOAL} />}
        </div>
      )}
      {!readOnly && !may && <p className={style.quiet}>{t("mayNot.goals", { who: whoMay(Act.MANAGE_GOALS) })}</p>}
      {open?.kind === "add" && <GoalDialog goals={goals} onClose={close} />}
      {open?.kind === "change" && goal && <GoalDialog goal={goal} goals={goals} onClose={close} />}
      {open?.kind === "close" && goal && <CloseGoalDialog goal={goal} entries={entries.filter((entry) => entry.goal === goal.name).length} onClose={close} />}
    </section>
  );
}

function GoalRow({ goal, entries, may, onChange, onClose }: { goal: Goal; entries: readonly RoadmapEntry[]; may: boolean; onChange: () => void; onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const mark = useMark(goal.name);
  return (
    <li className={`${style.goal} ${mark ? style.marked : ""}`}>
      <div className={style.head}>
        <h3>
          {goal.displayName} {goal.closed && <Tag>{t("closed")}</Tag>}
        </h3>
        {may && !goal.closed && (
          <Menu
            label={t("goalMenu", { goal: goal.displayName })}
            items={[
              { key: "change", label: t("changeGoal"), icon: "edit", act: onChange },
              { key: "close", label: t("closeGoal"), icon: "check", act: onClose },
            ]}
          />
        )}
      </div>
      {goal.summary && <p className={style.text}>{goal.summary}</p>}
      {goal.closed && goal.closedReason && <p className={style.quiet}>{t("closedBecause", { reason: goal.closedReason })}</p>}
      {entries.length > 0 ? <Entries entries={entries} more={idOf(goal.name)} /> : <p className={style.quiet}>{t("servesNothing")}</p>}
    </li>
  );
}

function Entries({ entries, more }: { entries: readonly RoadmapEntry[]; more: string }) {
  const { t } = useTranslation("roadmap");
  const { name } = useHere();
  const words = usePlanWords();
  return (
    <>
      <ul className={style.entries}>
        {entries.slice(0, SHOWN).map((entry) => (
          <li key={entry.name}>
            <Link href={`/${entry.name}`}>{entry.title}</Link>
            <DomainTag name={entry.domain} />
            <span>{words.when(plannedOf(entry.when))}</span>
          </li>
        ))}
      </ul>
      {entries.length > SHOWN && (
        <Link className={style.more ?? ""} href={`${pageOf(name, "roadmap")}?view=list&goal=${encodeURIComponent(more)}`}>
          {t("allOfThem", { count: entries.length })}
        </Link>
      )}
    </>
  );
}
