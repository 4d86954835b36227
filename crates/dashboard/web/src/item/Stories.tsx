/** What happened to an item, and why it stands where it stands: two stories told in sentences, the latest first. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { BacklogService, type HistoryEntry } from "../api/gen/koepel/v1/backlog_pb";
import { Button } from "../design/Button";
import { Waiting } from "../design/parts";
import { RefusalNote } from "../product/RefusalText";
import { Moment } from "../product/shown";
import { useItemHere } from "./itemHere";
import section from "./Section.module.css";
import style from "./Stories.module.css";

const B = BacklogService.method;

export function Stories() {
  const { t } = useTranslation("item");
  const { isPast } = useItemHere();
  const [path] = useLocation();
  const [search] = useSearchParams();
  const isWhy = search.get("tab") === "why";
  const to = (tab: string) => {
    const next = new URLSearchParams(search);
    if (tab) next.set("tab", tab);
    else next.delete("tab");
    const text = next.toString();
    return text ? `${path}?${text}` : path;
  };
  return (
    <section className={section.section} aria-labelledby="stories">
      <h2 id="stories" className="visually-hidden">
        {isWhy ? t("why.title") : t("history.title")}
      </h2>
      <nav className={style.tabs} aria-label={t("stories")}>
        <Link href={to("")} aria-current={isWhy ? undefined : "true"}>
          {t("history.title")}
        </Link>
        <Link href={to("why")} aria-current={isWhy ? "true" : undefined}>
          {t("why.title")}
        </Link>
      </nav>
      {isWhy ? isPast ? <p className={section.soft}>{t("why.nowOnly")}</p> : <Why /> : <History />}
    </section>
  );
}

/** Who, when, and why, below a sentence. */
function By({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation("item");
  return (
    <>
      {entry.reason && <q className={style.reason}>{entry.reason}</q>}
      <small className={style.by}>
        <span>{entry.by}</span>
        <Moment time={entry.time} />
        <span>{t("versionNo", { version: String(entry.version) })}</span>
      </small>
    </>
  );
}

function History() {
  const { t } = useTranslation("item");
  const { item, version, isPast } = useItemHere();
  const story = useInfiniteQuery(
    B.listItemHistory,
    { name: item.name, pageSize: 30, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  if (story.error && !story.data) return <RefusalNote thrown={story.error} />;
  if (!story.data) return <Waiting />;
  // In the past, what came later has not happened yet.
  const entries = story.data.pages.flatMap((page) => page.entries).filter((entry) => !isPast || entry.version <= version);
  return (
    <>
      <ol className={style.story}>
        {entries.map((entry, index) => (
          // One version may do several things.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${entry.version}-${index}`}>
            <p>{entry.sentence}</p>
            <By entry={entry} />
          </li>
        ))}
      </ol>
      {story.hasNextPage && (
        <Button busy={story.isFetchingNextPage} onClick={() => void story.fetchNextPage()} className={style.more}>
          {t("more")}
        </Button>
      )}
    </>
  );
}

function Why() {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  const story = useInfiniteQuery(
    B.explainRank,
    { name: item.name, pageSize: 30, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  if (story.error && !story.data) return <RefusalNote thrown={story.error} />;
  if (!story.data) return <Waiting />;
  const steps = story.data.pages.flatMap((page) => page.steps);
  return (
    <>
      <p className={style.summary}>{story.data.pages[0]?.summary}</p>
      <ol className={style.story}>
        {steps.map(({ entry, own, effect }, index) =>
          entry ? (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${entry.version}-${index}`} className={own ? style.own : undefined}>
              <p>{entry.sentence}</p>
              {effect && <p className={style.effect}>{effect}</p>}
              <By entry={entry} />
            </li>
          ) : null,
        )}
      </ol>
      {story.hasNextPage && (
        <Button busy={story.isFetchingNextPage} onClick={() => void story.fetchNextPage()} className={style.more}>
          {t("why.further")}
        </Button>
      )}
    </>
  );
}
