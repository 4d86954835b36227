/** An escalation as a line of a list. */

import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { type Escalation, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { addressOf, idOf } from "../api/names";
import { useEventWords } from "../app/eventWords";
import { list } from "../i18n/format";
import { useMark } from "../live/recent";
import { useHere, useMe } from "../me/Me";
import { DomainTag, useWords } from "../product/shown";
import { EscalationClock } from "./Clock";
import { turnOf, waitsFor } from "./urgency";
import style from "./EscalationsPage.module.css";

export function EscalationRow({ escalation }: { escalation: Escalation }) {
  const { t } = useTranslation("escalation");
  const words = useWords();
  const here = useHere();
  const me = useMe();
  const mark = useMark(escalation.name);
  const eventWords = useEventWords();
  const name = (person: string) => escalation.displayNames[person] ?? here.nameOf(person);
  const turn = turnOf(escalation);
  const who = list(escalation.deciders.map(name), "disjunction");
  return (
    <li className={style.row} data-marked={mark ? "" : undefined}>
      <div className={style.what}>
        <span className={style.title}>
          <Link href={addressOf(escalation.name) ?? ""}>{escalation.title}</Link>
          <span className={style.number}>#{idOf(escalation.name)}</span>
        </span>
        <span className={style.about}>
          <span>{words.topic(escalation.topic)}</span>
          {escalation.domains.map((domain) => (
            <DomainTag key={domain} name={domain} />
          ))}
          {escalation.options.length > 0 && <span>{t("list.options", { count: escalation.options.length })}</span>}
          <span>{t("list.raisedBy", { name: name(escalation.raisedBy) })}</span>
          {mark && (
            <span className={style.mark}>
              {mark.actor === "people/system" || !mark.actor ? eventWords(mark.type) : t("list.mark", { what: eventWords(mark.type), name: name(mark.actor) })}
            </span>
          )}
        </span>
      </div>
      <div className={style.when}>
        <EscalationClock escalation={escalation} />
        {escalation.state === EscalationState.OPEN && (
          <span className={style.turn}>
            {waitsFor(escalation, me?.name ?? "")
              ? t("list.yours")
              : turn
                ? t("list.turn", { title: turn.title, who })
                : t("list.noTurn")}
          </span>
        )}
        {escalation.state === EscalationState.OPEN && escalation.acknowledgedBy && (
          <span className={style.turn}>{t("list.acknowledged", { name: name(escalation.acknowledgedBy) })}</span>
        )}
      </div>
    </li>
  );
}
