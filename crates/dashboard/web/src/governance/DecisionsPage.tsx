/** The decision log: what was decided, by whom, and whether it still holds. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { type Decision, GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { addressOf, idOf, pageOf } from "../api/names";
import { useTitle } from "../app/title";
import { Button } from "../design/Button";
import { SelectField, TextField } from "../design/Field";
import { Empty, PageHead, Waiting } from "../design/parts";
import { TOPICS, topicOfWord, topicWord } from "../product/topics";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { Ago, useWords } from "../product/shown";
import { addressOfFilter, type Filter, filterOf, isNarrow } from "./filter";
import { Standing } from "./Standing";
import style from "./DecisionsPage.module.css";

export default function DecisionsPage() {
  const { t } = useTranslation(["governance", "app"]);
  const here = useHere();
  const [search] = useSearchParams();
  const filter = filterOf(search);
  useTitle(t("app:page.decisions"));
  return (
    <>
      <PageHead title={t("app:page.decisions")}>{t("list.lead")}</PageHead>
      <Filters filter={filter} />
      <Found product={here.name} filter={filter} />
    </>
  );
}

function Filters({ filter }: { filter: Filter }) {
  const { t } = useTranslation("governance");
  const words = useWords();
  const here = useHere();
  const [, go] = useLocation();
  const page = pageOf(here.name, "decisions");
  const [typed, setTyped] = useState(filter.query);
  const show = (change: Partial<Filter>) => go(page + addressOfFilter({ ...filter, ...change }), { replace: true });
  // The address says what is looked for, also when somebody went back; the blanks of typing are the field's alone.
  const shown = typed.trim() === filter.query ? typed : filter.query;
  return (
    <search className={style.filters}>
      <div className={style.query}>
        <TextField
          type="search"
          label={t("list.search")}
          hideLabel
          placeholder={t("list.search")}
          value={shown}
          onChange={(event) => {
            setTyped(event.target.value);
            show({ query: event.target.value.trim() });
          }}
        />
      </div>
      <SelectField label={t("list.topic")} hideLabel value={topicWord(filter.topic)} onChange={(event) => show({ topic: topicOfWord(event.target.value) })}>
        <option value="">{t("list.allTopics")}</option>
        {TOPICS.map((topic) => (
          <option key={topic} value={topicWord(topic)}>
            {words.topic(topic)}
          </option>
        ))}
      </SelectField>
      <label className={style.check}>
        <input type="checkbox" checked={filter.inForce} onChange={(event) => show({ inForce: event.target.checked })} />
        {t("list.inForce")}
      </label>
      <label className={style.check}>
        <input type="checkbox" checked={filter.notFollowed} onChange={(event) => show({ notFollowed: event.target.checked })} />
        {t("list.notFollowed")}
      </label>
    </search>
  );
}

function Found({ product, filter }: { product: string; filter: Filter }) {
  const { t } = useTranslation("governance");
  const asked = useDeferredValue(filter.query);
  const query = useInfiniteQuery(
    GovernanceService.method.listDecisions,
    { parent: product, query: asked, topic: filter.topic, inForce: filter.inForce, notFollowed: filter.notFollowed, pageSize: 50, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined, placeholderData: keepPreviousData },
  );
  if (!query.data) return query.error ? <RefusalNote thrown={query.error} /> : <Waiting lines={5} />;
  const decisions = query.data.pages.flatMap((page) => page.decisions);
  if (decisions.length === 0) {
    return isNarrow(filter) ? (
      <Empty title={t("list.noneSuch")} action={<Link href={pageOf(product, "decisions")}>{t("list.showAll")}</Link>}>
        {t("list.noneSuchText")}
      </Empty>
    ) : (
      <Empty title={t("list.none")} action={<Link href={pageOf(product, "escalations")}>{t("list.escalations")}</Link>}>
        {t("list.noneText")}
      </Empty>
    );
  }
  return (
    <>
      <ul className={style.list}>
        {decisions.map((decision) => (
          <Row key={decision.name} decision={decision} />
        ))}
      </ul>
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

function Row({ decision }: { decision: Decision }) {
  const { t } = useTranslation("governance");
  const words = useWords();
  return (
    <li className={style.row}>
      <div className={style.what}>
        <h2 className={style.title}>
          <Link href={addressOf(decision.name) ?? ""}>{decision.outcome}</Link> <span className={style.number}>{idOf(decision.name)}</span>
        </h2>
        <p className={style.reason}>{decision.reason}</p>
        {decision.summary && <p className={style.soft}>{decision.summary}</p>}
      </div>
      <div className={style.who}>
        <Standing decision={decision} />
        <span className={style.soft}>{t("list.by", { name: decision.decidedByName || idOf(decision.decidedBy), topic: words.topic(decision.topic) })}</span>
        <span className={style.soft}>
          <Ago time={decision.decideTime} />
        </span>
      </div>
    </li>
  );
}
