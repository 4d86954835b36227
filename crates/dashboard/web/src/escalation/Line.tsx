/** The line of those who decide, one after the other: who had their turn, whose it is, who comes next. */

import { useTranslation } from "react-i18next";
import { type Escalation, EscalationState, type EscalationTurn } from "../api/gen/koepel/v1/escalation_pb";
import { Tag } from "../design/parts";
import { list, shortMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { useNow } from "../product/shown";
import { EscalationClock } from "./Clock";
import { clockOf } from "./urgency";
import style from "./Line.module.css";

export function Line({ escalation }: { escalation: Escalation }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const now = useNow();
  const open = escalation.state === EscalationState.OPEN;
  const overdue = clockOf(escalation, now.getTime()).kind === "overdue";
  const name = (person: string) => escalation.displayNames[person] ?? here.nameOf(person);
  if (escalation.line.length === 0) return <p className={style.soft}>{t("line.none")}</p>;
  return (
    <ol className={style.line}>
      {escalation.line.map((turn, index) => {
        const place = index + 1;
        const state = place < escalation.turn ? "past" : place > escalation.turn ? "next" : open ? "now" : "last";
        return (
          <li key={`${turn.title}-${place}`} className={style.step} data-state={state} data-overdue={state === "now" && overdue ? "" : undefined} aria-current={state === "now" ? "step" : undefined}>
            <span className={style.who}>{turn.title}</span>
            {state === "now" && (
              <>
                <span>{escalation.deciders.length > 0 ? list(escalation.deciders.map(name), "disjunction") : t("line.vacant")}</span>
                <EscalationClock escalation={escalation} />
                {escalation.acknowledgedBy ? (
                  <span className={style.soft}>{t("line.acknowledged", { name: name(escalation.acknowledgedBy), time: shortMoment(escalation.acknowledgeTime) })}</span>
                ) : (
                  <Reminder turn={turn} now={now} />
                )}
              </>
            )}
            {state === "past" && <span className={style.soft}>{turn.dueTime ? t("line.past", { time: shortMoment(turn.dueTime) }) : t("line.passed")}</span>}
            {state === "next" && open && turn.dueTime && <span className={style.soft}>{t("line.next", { time: shortMoment(turn.dueTime) })}</span>}
            {state === "last" && (
              <span>
                <Tag tone={escalation.state === EscalationState.DECIDED ? "good" : "plain"}>
                  {escalation.state === EscalationState.DECIDED ? t("state.decided") : t("state.withdrawn")}
                </Tag>
              </span>
            )}
          </li>
        );
      })}
      {open && (
        <li className={style.end}>
          <span className={style.soft}>{t("line.end")}</span>
        </li>
      )}
    </ol>
  );
}

function Reminder({ turn, now }: { turn: EscalationTurn; now: Date }) {
  const { t } = useTranslation("escalation");
  if (!turn.remindTime) return null;
  const past = Number(turn.remindTime.seconds) * 1_000 <= now.getTime();
  const time = shortMoment(turn.remindTime);
  return <span className={style.soft}>{past ? t("line.reminded", { time }) : t("line.reminder", { time })}</span>;
}
