/** Who decides and within which time, in words. */

import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import type { AnswerTime, EscalationStep } from "../api/gen/koepel/v1/escalation_point_pb";
import { list } from "../i18n/format";
import { useHere } from "../me/Me";
import { useSeatWords } from "../product/useSeatWords";

/** Who decides a step. */
export function useDeciderWords(): (step: Pick<EscalationStep, "decider">) => string {
  const { t } = useTranslation("admin");
  const { nameOf } = useHere();
  const seatWords = useSeatWords();
  const seat = (role: Role, domain: string) => (role === Role.DOMAIN_PO && !domain ? t("step.poConcerned") : seatWords(role, domain));
  return ({ decider }) => {
    switch (decider.case) {
      case "seat":
        return seat(decider.value.role, decider.value.domain);
      case "deputy":
        return t("step.deputyOf", { seat: seat(decider.value.role, decider.value.domain) });
      case "person":
        return nameOf(decider.value);
      case undefined:
        return "";
    }
  };
}

/** `2 working days`. */
export function useTimeWords(): (time: AnswerTime | undefined) => string {
  const { t } = useTranslation("admin");
  return (time) => {
    const length = time?.length;
    if (!length?.case) return "";
    return length.case === "workingHours" ? t("step.hours", { count: length.value }) : t("step.days", { count: length.value });
  };
}

/** All of a line in one sentence part: `the Chief PO (2 working days), then …`. */
export function useLineWords(): (line: readonly EscalationStep[]) => string {
  const { t } = useTranslation("admin");
  const decider = useDeciderWords();
  const time = useTimeWords();
  return (line) => {
    const steps = line.map((step) => t("step.within", { who: decider(step), time: time(step.answerTime) }));
    return steps.length > 1 ? t("step.then", { first: list(steps.slice(0, -1)), last: steps.at(-1) }) : (steps[0] ?? "");
  };
}
