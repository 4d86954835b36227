/** Until when an escalation waits: how far away that is, and the moment itself. Again each half minute. */

import { useTranslation } from "react-i18next";
import { type Escalation, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { type Tone, Tag } from "../design/parts";
import { distance, shortMoment } from "../i18n/format";
import { useNow } from "../product/shown";
import { type Clock, clockOf } from "./urgency";
import style from "./Clock.module.css";

const TONES: Readonly<Record<Clock["kind"], Tone>> = { closed: "plain", nobody: "warn", overdue: "urgent", soon: "warn", later: "plain" };

export function EscalationClock({ escalation }: { escalation: Escalation }) {
  const { t } = useTranslation("escalation");
  const now = useNow();
  const clock = clockOf(escalation, now.getTime());
  if (clock.kind === "closed") {
    return <Tag tone={escalation.state === EscalationState.DECIDED ? "good" : "plain"}>{t(`state.${escalation.state === EscalationState.DECIDED ? "decided" : "withdrawn"}`)}</Tag>;
  }
  if (clock.kind === "nobody") return <Tag tone="warn">{t("clock.nobody")}</Tag>;
  const due = new Date(clock.dueMs);
  const far = distance(due, now);
  return (
    <span className={style.clock}>
      <Tag tone={TONES[clock.kind]}>{clock.kind === "overdue" ? t("clock.overdue", { distance: far }) : t("clock.due", { distance: far })}</Tag>
      <time dateTime={due.toISOString()}>{shortMoment(due)}</time>
    </span>
  );
}

