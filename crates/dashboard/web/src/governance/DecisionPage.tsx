/** One decision: what, why, who, on whose mandate; what it changed, and what became of it. */

import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { EscalationService, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { type Decision, GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { addressOf, idOf, pageOf } from "../api/names";
import { useTitle } from "../app/title";
import { ButtonLink } from "../design/Button";
import { Note, PageHead, Waiting } from "../design/parts";
import { Changes } from "../escalation/Changes";
import { itemsOfChanges } from "../escalation/change";
import { useItems } from "../product/useItems";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { Ago, DomainTag, ItemLink, Moment, ResourceLink, useWords } from "../product/shown";
import { Standing } from "./Standing";
import style from "./DecisionPage.module.css";

export default function DecisionPage({ decision: name }: { decision: string }) {
  const { t } = useTranslation("governance");
  // What was decided does not change: it is shown as it is now, whatever moment the address names.
  const query = useQuery(GovernanceService.method.getDecision, { name });
  const decision = query.data?.decision;
  useTitle(decision?.outcome ?? t("page.number", { number: idOf(name) }));
  if (!decision) {
    return (
      <>
        <PageHead title={t("page.number", { number: idOf(name) })} />
        {query.error ? <RefusalNote thrown={query.error} /> : <Waiting lines={6} />}
      </>
    );
  }
  return <Shown decision={decision} />;
}

function Shown({ decision }: { decision: Decision }) {
  const { t } = useTranslation("governance");
  const words = useWords();
  const here = useHere();
  const items = itemsOfChanges(decision.changes);
  const other = decision.option === 0;
  return (
    <>
      <nav className={style.back}>
        <Link href={pageOf(here.name, "decisions")}>{t("page.all")}</Link>
      </nav>
      <PageHead title={decision.outcome}>{t("page.about", { number: idOf(decision.name), topic: words.topic(decision.topic) })}</PageHead>
      <div className={style.standing}>
        <Standing decision={decision} />
      </div>
      {decision.notFollowedVersion > 0n && <NotFollowed decision={decision} items={items} />}
      <div className={style.columns}>
        <div className={style.main}>
          <section>
            <h2>{t("page.why")}</h2>
            <p className={style.reason}>{decision.reason}</p>
          </section>
          <section>
            <h2>{t("page.changed")}</h2>
            <Changes changes={decision.changes} known={items} />
          </section>
          {items.length > 0 && <Items items={items} />}
          {decision.options.length > 0 && (
            <section>
              <h2>{t("page.options")}</h2>
              <ol className={style.options}>
                {decision.options.map((option, index) => (
                  <li key={`${option}-${index + 1}`} data-chosen={index + 1 === decision.option ? "" : undefined}>
                    {option}
                    {index + 1 === decision.option && <span className={style.soft}> {t("page.chosen")}</span>}
                  </li>
                ))}
              </ol>
              {other && <p className={style.soft}>{t("page.other")}</p>}
            </section>
          )}
        </div>
        <dl className={style.facts}>
          <dt>{t("page.by")}</dt>
          <dd>{decision.decidedByName || here.nameOf(decision.decidedBy)}</dd>
          <dt>{t("page.mandate")}</dt>
          <dd className={style.mandate}>{decision.mandate}</dd>
          <dt>{t("page.when")}</dt>
          <dd>
            <Moment time={decision.decideTime} />
          </dd>
          <dt>{t("page.escalation")}</dt>
          <dd>
            <ResourceLink name={decision.escalation}>{t("page.escalationNumber", { number: idOf(decision.escalation) })}</ResourceLink>
          </dd>
          {decision.replaces.length > 0 && (
            <>
              <dt>{t("page.replaces")}</dt>
              {decision.replaces.map((name) => (
                <dd key={name}>
                  <ResourceLink name={name}>{t("page.number", { number: idOf(name) })}</ResourceLink>
                </dd>
              ))}
            </>
          )}
          {decision.replacedBy && (
            <>
              <dt>{t("page.replacedBy")}</dt>
              <dd>
                <ResourceLink name={decision.replacedBy}>{t("page.number", { number: idOf(decision.replacedBy) })}</ResourceLink>
              </dd>
            </>
          )}
        </dl>
      </div>
    </>
  );
}

function Items({ items }: { items: readonly string[] }) {
  const { t } = useTranslation("governance");
  const known = useItems(items);
  return (
    <section>
      <h2>{t("page.items")}</h2>
      <ul className={style.items}>
        {items.map((name) => {
          const item = known.get(name);
          return (
            <li key={name}>
              <ItemLink name={name} />
              <span>{item?.title}</span>
              {item && <DomainTag name={item.domain} />}
              {item && <span className={style.soft}>{item.place > 0 ? t("page.place", { place: item.place }) : t("page.closed")}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What was done that does not follow it, as the history of its items tells it. */
function NotFollowed({ decision, items }: { decision: Decision; items: readonly string[] }) {
  const { t } = useTranslation("governance");
  const here = useHere();
  const me = useMe();
  const version = decision.notFollowedVersion;
  const escalation = useQuery(EscalationService.method.getEscalation, { name: decision.escalation });
  const raised = me !== undefined && escalation.data?.escalation?.raisedBy === me.name;
  const decided = escalation.data?.escalation?.state === EscalationState.DECIDED;
  const mayReopen = !here.readOnly && decided && (raised || here.mandate.mayAnywhere(Act.REOPEN_ESCALATION));
  return (
    <Note tone="warn" alert={false}>
      <p>{t("page.notFollowed", { version: Number(version) })}</p>
      {items.map((item) => (
        <Happened key={item} item={item} version={version} />
      ))}
      <p>{t("page.binds")}</p>
      {mayReopen && (
        <div>
          <ButtonLink small href={`${addressOf(decision.escalation) ?? ""}?do=reopen`}>
            {t("page.again")}
          </ButtonLink>
        </div>
      )}
    </Note>
  );
}

function Happened({ item, version }: { item: string; version: bigint }) {
  const query = useInfiniteQuery(
    BacklogService.method.listItemHistory,
    { name: item, pageSize: 100, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const entry = entries.find((one) => one.version === version);
  const oldest = entries.at(-1);
  // The latest come first: it is looked for until it is there, or is past.
  const isFurther = !entry && oldest !== undefined && oldest.version > version && query.hasNextPage && !query.isFetching;
  const { fetchNextPage } = query;
  useEffect(() => {
    if (isFurther) void fetchNextPage();
  }, [isFurther, fetchNextPage]);
  if (!entry) return null;
  return (
    <div>
      <p>
        <ItemLink name={item} /> <span>{entry.sentence}</span>
      </p>
      {entry.reason && <p className={style.said}>{entry.reason}</p>}
      <p className={style.by}>
        {entry.by} · <Ago time={entry.time} />
      </p>
    </div>
  );
}
