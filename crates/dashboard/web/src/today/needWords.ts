/** Needs in words: what is needed, and what happens if nothing is done. */

import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import type { Vacancy } from "../api/gen/koepel/v1/product_pb";
import { idOf } from "../api/names";
import { useEventWords } from "../app/eventWords";
import { list, shortMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { turnOf } from "../escalation/urgency";
import type { Need } from "./needs";
import type { Settled } from "./settled";

export interface NeedWords {
  readonly what: string;
  /** If nothing is done. */
  readonly otherwise: string;
}

export function useNeedWords(): (need: Need, ask?: string) => NeedWords {
  const { t } = useTranslation("today");
  const here = useHere();
  const seat = (vacancy: Vacancy) => (vacancy.role === Role.CHIEF_PO ? t("seat.chief") : t("seat.po", { domain: here.domain(vacancy.domain)?.displayName ?? idOf(vacancy.domain) }));
  return (need, ask = "") => {
    switch (need.kind) {
      case "decide": {
        const { escalation, overdue, next } = need;
        const raiser = escalation.displayNames[escalation.raisedBy] ?? here.nameOf(escalation.raisedBy);
        const turn = turnOf(escalation);
        const time = shortMoment(turn?.dueTime ?? escalation.dueTime);
        const otherwise = overdue && !next ? t("decide.overdue", { name: raiser }) : next ? t("decide.next", { next, time }) : t("decide.stays", { time });
        return { what: t("decide.what", { title: escalation.title }), otherwise };
      }
      case "late": {
        const { escalation } = need;
        const who = list(
          escalation.deciders.map((person) => escalation.displayNames[person] ?? here.nameOf(person)),
          "disjunction",
        );
        return { what: t("late.what", { title: escalation.title }), otherwise: t("late.otherwise", { who }) };
      }
      case "decided":
        return { what: t("decided.what", { title: need.escalation.title, outcome: need.decision.outcome }), otherwise: t("decided.otherwise") };
      case "notFollowed":
        return { what: t("notFollowed.what", { outcome: need.decision.outcome }), otherwise: t("notFollowed.otherwise") };
      case "asked": {
        const from = here.domain(need.row.domain)?.displayName ?? idOf(need.row.domain);
        const of = here.domain(need.of)?.displayName ?? idOf(need.of);
        return { what: ask ? t("asked.whatAsk", { from, ask }) : t("asked.what", { from, of }), otherwise: t("asked.otherwise", { item: need.row.key, place: need.row.place }) };
      }
      case "vacant": {
        const stands = need.vacancy.deputyDisplayName;
        return { what: t("vacant.what", { seat: seat(need.vacancy) }), otherwise: stands ? t("vacant.deputy", { name: stands }) : need.vacancy.role === Role.CHIEF_PO ? t("vacant.otherwiseChief") : t("vacant.otherwise") };
      }
      case "vacantSoon": {
        const { fromTime } = need.vacancy;
        const time = fromTime ? shortMoment(timestampDate(fromTime)) : "";
        return { what: t("vacantSoon.what", { seat: seat(need.vacancy), time }), otherwise: t("vacantSoon.otherwise") };
      }
      case "deliveries":
        return { what: t("deliveries.what", { count: need.names.length }), otherwise: t("deliveries.otherwise") };
      case "gap":
        return { what: t("gap.what", { question: need.gap.question }), otherwise: t("gap.otherwise") };
      case "points":
        return need.saved ? { what: t("points.what", { count: need.count }), otherwise: t("points.otherwise") } : { what: t("points.none"), otherwise: t("points.otherwise") };
    }
  };
}

/** Who settled what. */
export function useSettledWords(): (settled: Settled) => string {
  const { t } = useTranslation("today");
  const here = useHere();
  const words = useNeedWords();
  const events = useEventWords();
  return ({ need, actor, type }) => {
    const title = need.kind === "decide" || need.kind === "late" ? need.escalation.title : words(need).what;
    const byItself = !actor || actor === "people/system";
    return byItself ? t("gone.itself", { title, what: events(type) }) : t("gone.by", { title, what: events(type), name: here.nameOf(actor) });
  };
}
