/** What changed between two moments, and the syncs that are the usual ones. */

import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { type Difference, HistoryService } from "../api/gen/koepel/v1/history_pb";
import { idOf, nameOf } from "../api/names";
import { useTitle } from "../app/title";
import { Button } from "../design/Button";
import { Empty, PageHead, Tag, Waiting } from "../design/parts";
import { number } from "../i18n/format";
import { useNews } from "../live/recent";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { DomainTag, Moment, ResourceLink, useNow } from "../product/shown";
import { type AsOf, asOfText, momentOf, textOf } from "./asOf";
import { dayOf, lifeOf } from "./days";
import { countsOf, groupsOf, kindsOf } from "./groups";
import { KindChips } from "./KindChips";
import { useMomentNouns } from "./momentWords";
import { fromOf, notBefore } from "./span";
import { SpanPicker } from "./SpanPicker";
import { aroundSubject } from "./subject";
import { SyncList } from "./SyncList";
import { useSyncs } from "./useSyncs";
import style from "./ChangesPage.module.css";

const H = HistoryService.method;
const PAGE = 100;

export default function ChangesPage() {
  const { t } = useTranslation("history");
  const { name, product } = useHere();
  const [search] = useSearchParams();
  const now = useNow();
  const syncs = useSyncs();
  useTitle(t("changes.title"));

  const life = useMemo(() => lifeOf(product.createTime ? timestampDate(product.createTime) : now, now), [product.createTime, now]);
  const from = notBefore(fromOf(search.get("from"), syncs.ended.length > 0, life.today), life.first);
  const to = asOfText(search.get("to"));
  const domain = search.get("domain") ?? "";
  const isSettled = syncs.isKnown || search.has("from");
  return (
    <>
      <PageHead title={t("changes.title")}>{t("changes.lead")}</PageHead>
      <div className={style.columns}>
        <div className={style.main}>
          <SpanPicker from={from} to={to} life={life} hasSync={syncs.ended.length > 0} />
          {isSettled ? <Differences key={`${name} ${textOf(from)} ${textOf(to)} ${domain}`} from={from} to={to} domain={domain} /> : <Waiting lines={6} />}
        </div>
        <aside className={style.side}>
          <SyncList syncs={syncs} today={dayOf(now)} />
        </aside>
      </div>
    </>
  );
}

function Differences({ from, to, domain }: { from: AsOf; to: AsOf; domain: string }) {
  const { t } = useTranslation("history");
  const { name } = useHere();
  const [search] = useSearchParams();
  const { ended } = useSyncs();
  const words = useMomentNouns(ended);
  const kinds = kindsOf(search.get("kind"));
  const [fromMoment, toMoment] = [momentOf(from, name), momentOf(to, name)];
  const span = {
    parent: domain ? nameOf(name, "domains", domain) : name,
    ...(fromMoment ? { from: fromMoment } : {}),
    ...(toMoment ? { to: toMoment } : {}),
  };
  const whole = useQuery(H.listDifferences, { ...span, pageSize: 1 });
  const found = useInfiniteQuery(
    H.listDifferences,
    { ...span, kinds: [...kinds], pageSize: PAGE, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined, placeholderData: keepPreviousData },
  );
  const news = useNews();
  if (found.error && !found.data) return <RefusalNote thrown={found.error} />;
  const first = found.data?.pages[0];
  if (!found.data || !first) return <Waiting lines={6} />;
  const differences = found.data.pages.flatMap((page) => page.differences);
  const later = to.kind === "now" ? news.filter((event) => event.version > first.toVersion).length : 0;
  const title = to.kind === "now" ? t("changes.since", { from: words(from) }) : t("changes.between", { from: words(from), to: words(to) });
  return (
    <section className={style.found} aria-labelledby="found" aria-busy={found.isPlaceholderData || undefined}>
      <div className={style.top}>
        <h2 id="found">{title}</h2>
        <p className={style.soft} role="status">
          {t("changes.total", { count: first.totalSize, total: number(first.totalSize) })}
        </p>
      </div>
      <KindChips counts={countsOf(whole.data?.counts ?? first.counts, kinds)} kinds={kinds} />
      {later > 0 && (
        <p className={style.later} role="status">
          {t("changes.later", { count: later })}{" "}
          <Button
            small
            busy={found.isRefetching}
            onClick={() => {
              void found.refetch();
              void whole.refetch();
            }}
          >
            {t("changes.showLater")}
          </Button>
        </p>
      )}
      {differences.length === 0 ? (
        <Empty title={t("changes.none")}>{kinds.length > 0 ? t("changes.noneSuch") : t("changes.noneText")}</Empty>
      ) : (
        groupsOf(differences).map((group, index) => (
          // A group may come twice: the order is the server's.
          // oxlint-disable-next-line react/no-array-index-key
          <section key={`${group.key}-${index}`} className={style.group}>
            <h3>{group.key === "crossing" ? t("changes.crossing") : group.key ? <DomainTag name={group.key} /> : t("changes.product")}</h3>
            <ol>
              {group.differences.map((difference, index) => (
                // oxlint-disable-next-line react/no-array-index-key
                <One key={`${difference.subject}-${difference.kind}-${index}`} difference={difference} />
              ))}
            </ol>
          </section>
        ))
      )}
      {found.hasNextPage && (
        <p className={style.more}>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("changes.more")}
          </Button>
          <span className={style.soft}>{t("changes.shown", { shown: number(differences.length), total: number(first.totalSize) })}</span>
        </p>
      )}
    </section>
  );
}

function One({ difference }: { difference: Difference }) {
  const { t } = useTranslation("history");
  const { subject, sentence, slipped, actorDisplayName, time, version, reason } = difference;
  const parts = aroundSubject(sentence, idOf(subject));
  return (
    <li>
      <p>
        {parts ? (
          <>
            {parts[0]}
            <ResourceLink name={subject}>{parts[1]}</ResourceLink>
            {parts[2]}
          </>
        ) : (
          <ResourceLink name={subject}>{sentence}</ResourceLink>
        )}
        {slipped && (
          <>
            {" "}
            <Tag tone="warn">{t("changes.slipped")}</Tag>
          </>
        )}
      </p>
      {reason && <q className={style.reason}>{reason}</q>}
      <small className={style.by}>
        {actorDisplayName && <span>{actorDisplayName}</span>}
        <Moment time={time} />
        {version > 0n && <span>{t("changes.version", { version: String(version) })}</span>}
      </small>
    </li>
  );
}
