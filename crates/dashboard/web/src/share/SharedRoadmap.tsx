/** The roadmap for reading alone, as a list by how near things are. */

import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { type Goal, type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { Button } from "../design/Button";
import { Empty, Tag, Waiting } from "../design/parts";
import { day } from "../i18n/format";
import { PlainRefusal } from "../product/RefusalText";
import { DomainName } from "./DomainName";
import { inParts } from "./plan";
import { AGAIN_MS } from "./useAskAgain";
import style from "./share.module.css";

const R = RoadmapService.method;

export function SharedRoadmap({ product }: { product: string }) {
  const { t } = useTranslation("share");
  const pages = useInfiniteQuery(
    R.listRoadmapEntries,
    { parent: product, pageSize: 200, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined, refetchInterval: AGAIN_MS },
  );
  const goals = useQuery(R.listGoals, { parent: product, pageSize: 1_000 }, { refetchInterval: AGAIN_MS });
  if (!pages.data) return pages.error ? <PlainRefusal thrown={pages.error} /> : <Waiting lines={6} />;
  const parts = inParts(pages.data.pages.flatMap((page) => page.entries));
  if (parts.length === 0) return <Empty title={t("noPlans")}>{t("noPlansText")}</Empty>;
  return (
    <div className={style.parts}>
      {parts.map(({ part, entries }) => (
        <section key={part} className={style.section}>
          <h2>{t(`part.${part}`)}</h2>
          <ul className={style.rows}>
            {entries.map((entry) => (
              <Entry key={entry.name} entry={entry} goal={goals.data?.goals.find((one) => one.name === entry.goal)} />
            ))}
          </ul>
        </section>
      ))}
      {pages.hasNextPage && (
        <div>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("more")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Entry({ entry, goal }: { entry: RoadmapEntry; goal: Goal | undefined }) {
  const { t } = useTranslation("share");
  const dates = entry.when?.at.case === "dates" ? entry.when.at.value : undefined;
  const [start, end] = [day(dates?.start), day(dates?.end)];
  const { doneItems = 0, allItems = 0 } = entry.progress ?? {};
  return (
    <li className={style.entry}>
      <h3>{entry.title}</h3>
      {entry.aim && <p>{entry.aim}</p>}
      <p className={style.under}>
        <DomainName name={entry.domain} />
        {dates && <span>{start && end ? t("when.both", { start, end }) : start ? t("when.from", { start }) : t("when.until", { end })}</span>}
        {entry.release && <Tag>{entry.release}</Tag>}
        {goal && <span>{t("goal", { name: goal.displayName })}</span>}
        {allItems > 0 && <span>{t("progress", { count: allItems, done: doneItems })}</span>}
      </p>
    </li>
  );
}
