/** What happened to an entry, newest first, in the server's sentences. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { Button } from "../design/Button";
import { Waiting } from "../design/parts";
import { RefusalNote } from "../product/RefusalText";
import { Ago } from "../product/shown";
import style from "./EntryPage.module.css";

export function EntryHistory({ entry }: { entry: string }) {
  const { t } = useTranslation("roadmap");
  const pages = useInfiniteQuery(
    RoadmapService.method.listRoadmapEntryHistory,
    { name: entry, pageSize: 30, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  if (!pages.data) return pages.error ? <RefusalNote thrown={pages.error} /> : <Waiting />;
  return (
    <>
      <ol className={style.history}>
        {pages.data.pages
          .flatMap((page) => page.entries)
          .map((one) => (
            <li key={`${one.version}-${one.type}-${one.sentence}`}>
              <p>{one.sentence}</p>
              {one.reason && <blockquote>{one.reason}</blockquote>}
              <small>
                {one.by} · <Ago time={one.time} />
              </small>
            </li>
          ))}
      </ol>
      {pages.hasNextPage && (
        <Button small busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("older")}
        </Button>
      )}
    </>
  );
}
