/** The escalations of a product, the most urgent first, and the form that raises one. */

import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import { type Escalation, EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { nameOf, pageOf } from "../api/names";
import { useTitle } from "../app/title";
import { Button, ButtonLink } from "../design/Button";
import { SelectField } from "../design/Field";
import { Empty, Note, PageHead, Waiting } from "../design/parts";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { Cut } from "../product/Cut";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { useNow, useWords } from "../product/shown";
import { TOPICS, topicOfWord, topicWord } from "../product/topics";
import { EscalationRow } from "./EscalationRow";
import { addressOfFilter, draftOfAddress, type Filter, filterOf, STATES, WIRE_STATES } from "./filter";
import { RaiseForm } from "./RaiseForm";
import { byUrgency, waitsFor } from "./urgency";
import style from "./EscalationsPage.module.css";

const E = EscalationService.method;

export default function EscalationsPage() {
  const [search] = useSearchParams();
  return search.get("raise") === "1" ? <Raise /> : <Shown />;
}

function Raise() {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const [search] = useSearchParams();
  const whoMay = useWhoMay();
  useTitle(t("raise.page"));
  const may = !here.readOnly && here.mandate.mayAnywhere(Act.RAISE_ESCALATION);
  // A form that was begun stays, whatever becomes of the mandate.
  const [began, setBegan] = useState(may);
  if (may && !began) setBegan(true);
  return (
    <>
      <PageHead title={t("raise.page")}>{t("raise.lead")}</PageHead>
      {began ? <RaiseForm given={draftOfAddress(search, here.name)} may={may} /> : <Note>{here.readOnly ? t("readOnly") : whoMay(Act.RAISE_ESCALATION)}</Note>}
    </>
  );
}

function Shown() {
  const { t } = useTranslation(["escalation", "app"]);
  const here = useHere();
  const whoMay = useWhoMay();
  const [search] = useSearchParams();
  const filter = filterOf(search);
  useTitle(t("app:page.escalations"));
  const mayRaise = !here.readOnly && here.mandate.mayAnywhere(Act.RAISE_ESCALATION);
  return (
    <>
      <PageHead
        title={t("app:page.escalations")}
        actions={
          mayRaise ? (
            <ButtonLink weight="main" href={`${pageOf(here.name, "escalations")}?raise=1`}>
              {t("raise.page")}
            </ButtonLink>
          ) : (
            <span className={style.whoMay}>{here.readOnly ? t("readOnly") : whoMay(Act.RAISE_ESCALATION)}</span>
          )
        }
      >
        {t("list.lead")}
      </PageHead>
      <Filters filter={filter} />
      {filter.state === "open" ? <Open filter={filter} /> : <Closed key={addressOfFilter(filter)} filter={filter} />}
    </>
  );
}

function Filters({ filter }: { filter: Filter }) {
  const { t } = useTranslation("escalation");
  const words = useWords();
  const here = useHere();
  const me = useMe();
  const [, go] = useLocation();
  const page = pageOf(here.name, "escalations");
  const show = (change: Partial<Filter>) => go(page + addressOfFilter({ ...filter, ...change }), { replace: true });
  return (
    <div className={style.filters}>
      <nav className={style.states} aria-label={t("list.states")}>
        {STATES.map((state) => (
          <Link key={state} href={page + addressOfFilter({ ...filter, state, mine: state === "open" && filter.mine })} aria-current={state === filter.state ? "page" : undefined}>
            {t(`state.${state}`)}
          </Link>
        ))}
      </nav>
      <div className={style.choices}>
        {me && filter.state === "open" && (
          <label className={style.mine}>
            <input type="checkbox" checked={filter.mine} onChange={(event) => show({ mine: event.target.checked })} />
            {t("list.mine")}
          </label>
        )}
        <SelectField label={t("list.domain")} hideLabel value={filter.domain} onChange={(event) => show({ domain: event.target.value })}>
          <option value="">{t("list.allDomains")}</option>
          {here.domains.map(({ name, displayName }) => (
            <option key={name} value={name.slice(name.lastIndexOf("/") + 1)}>
              {displayName}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("list.topic")} hideLabel value={topicWord(filter.topic)} onChange={(event) => show({ topic: topicOfWord(event.target.value) })}>
          <option value="">{t("list.allTopics")}</option>
          {TOPICS.map((topic) => (
            <option key={topic} value={topicWord(topic)}>
              {words.topic(topic)}
            </option>
          ))}
        </SelectField>
      </div>
    </div>
  );
}

function parentOf(product: string, filter: Filter): string {
  return filter.domain ? nameOf(product, "domains", filter.domain) : product;
}

function about(escalations: readonly Escalation[], filter: Filter): readonly Escalation[] {
  return filter.topic === Topic.UNSPECIFIED ? escalations : escalations.filter(({ topic }) => topic === filter.topic);
}

function Open({ filter }: { filter: Filter }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const me = useMe();
  const now = useNow();
  const query = useQuery(E.listEscalations, { parent: parentOf(here.name, filter), mine: filter.mine, pageSize: 1_000 });
  if (!query.data) return query.error ? <RefusalNote thrown={query.error} /> : <Waiting lines={5} />;
  const sorted = byUrgency(about(query.data.escalations, filter), now.getTime());
  const mine = sorted.filter((one) => waitsFor(one, me?.name ?? ""));
  const others = sorted.filter((one) => !mine.includes(one));
  if (sorted.length === 0) return <Nothing filter={filter} />;
  return (
    <>
      {mine.length > 0 && <Group title={t("list.forMe", { count: mine.length })} escalations={mine} />}
      {others.length > 0 && <Group title={mine.length > 0 ? t("list.forOthers", { count: others.length }) : t("list.open", { count: others.length })} escalations={others} />}
      <Cut page={query.data} shown={query.data.escalations.length} />
    </>
  );
}

function Closed({ filter }: { filter: Filter }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const all = filter.state === "all";
  const query = useInfiniteQuery(
    E.listEscalations,
    { parent: parentOf(here.name, filter), ...(all ? { all } : { state: WIRE_STATES[filter.state] }), pageSize: 50, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  if (!query.data) return query.error ? <RefusalNote thrown={query.error} /> : <Waiting lines={5} />;
  const found = about(query.data.pages.flatMap(({ escalations }) => escalations), filter);
  return (
    <>
      {found.length === 0 && !query.hasNextPage ? <Nothing filter={filter} /> : <Group title={t(`list.heading.${filter.state as "all"}`)} escalations={found} />}
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("list.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function Group({ title, escalations }: { title: string; escalations: readonly Escalation[] }) {
  return (
    <section className={style.group}>
      <h2>{title}</h2>
      <ul className={style.list}>
        {escalations.map((escalation) => (
          <EscalationRow key={escalation.name} escalation={escalation} />
        ))}
      </ul>
    </section>
  );
}

function Nothing({ filter }: { filter: Filter }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const narrowed = filter.mine || filter.domain !== "" || filter.topic !== Topic.UNSPECIFIED;
  if (narrowed) {
    return (
      <Empty title={t("list.noneSuch")} action={<Link href={pageOf(here.name, "escalations") + addressOfFilter({ ...filter, mine: false, domain: "", topic: Topic.UNSPECIFIED })}>{t("list.showAll")}</Link>}>
        {t("list.noneSuchText")}
      </Empty>
    );
  }
  return <Empty title={t(`list.none.${filter.state}`)}>{t("list.noneText")}</Empty>;
}
