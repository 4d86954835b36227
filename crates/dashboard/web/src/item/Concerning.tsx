/** What concerns an item elsewhere: open escalations, decisions, plans on the roadmap. */

import { useQuery } from "@connectrpc/connect-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { idOf } from "../api/names";
import { Tag } from "../design/parts";
import { useEntries } from "../product/useEntries";
import { useHere } from "../me/Me";
import { Ago, DomainTag, ResourceLink, useWords } from "../product/shown";
import { useItemHere } from "./itemHere";
import { touches } from "./mention";
import style from "./Section.module.css";

function Group({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className={style.section} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className={style.rows}>{children}</ul>
    </section>
  );
}

export function Escalations() {
  const { t } = useTranslation("item");
  const { topic } = useWords();
  const { name } = useHere();
  const { item, moment } = useItemHere();
  const asked = useQuery(EscalationService.method.listEscalations, { parent: name, item: item.name, pageSize: 1_000, ...(moment ? { asOf: moment } : {}) });
  // A server that does not know the filter answers with others, too.
  const about = (asked.data?.escalations ?? []).filter((escalation) => escalation.items.includes(item.name));
  if (about.length === 0) return null;
  return (
    <Group id="escalations" title={t("escalations")}>
      {about.map((escalation) => (
        <li key={escalation.name}>
          <span className={style.grow}>
            <ResourceLink name={escalation.name}>{escalation.title}</ResourceLink>
          </span>
          <Tag>{topic(escalation.topic)}</Tag>
          {escalation.overdue && <Tag tone="urgent">{t("overdue")}</Tag>}
          <span className={style.soft}>
            <Ago time={escalation.raiseTime} />
          </span>
        </li>
      ))}
    </Group>
  );
}

export function Decisions() {
  const { t } = useTranslation("item");
  const { name } = useHere();
  const { item, moment } = useItemHere();
  const asked = useQuery(GovernanceService.method.listDecisions, { parent: name, query: item.key, pageSize: 100, ...(moment ? { asOf: moment } : {}) });
  const about = (asked.data?.decisions ?? []).filter((decision) => touches(decision, item.name, item.key));
  if (about.length === 0) return null;
  return (
    <Group id="decisions" title={t("decisions")}>
      {about.map((decision) => (
        <li key={decision.name}>
          <span className={style.grow}>
            <ResourceLink name={decision.name}>{decision.outcome}</ResourceLink>
          </span>
          {decision.replacedBy && <Tag>{t("replaced")}</Tag>}
          {decision.notFollowedVersion > 0n && <Tag tone="warn">{t("notFollowed")}</Tag>}
          <span className={style.soft}>
            {decision.decidedByName} · <Ago time={decision.decideTime} />
          </span>
        </li>
      ))}
    </Group>
  );
}

export function Plans() {
  const { t } = useTranslation("item");
  const { item, moment } = useItemHere();
  const plans = useEntries(item.roadmapEntries, moment);
  if (item.roadmapEntries.length === 0) return null;
  return (
    <Group id="plans" title={t("plans")}>
      {item.roadmapEntries.map((entry) => {
        const plan = plans.get(entry);
        return (
          <li key={entry}>
            <span className={style.grow}>
              <ResourceLink name={entry}>{plan?.title ?? t("planNo", { no: idOf(entry) })}</ResourceLink>
            </span>
            {plan && <DomainTag name={plan.domain} />}
            {plan?.release && <Tag>{plan.release}</Tag>}
          </li>
        );
      })}
    </Group>
  );
}

/** The way to raise an escalation about an item. */
export function raiseAbout(product: string, key: string): string {
  return `/${product}/escalations?raise=1&item=${encodeURIComponent(key)}`;
}

