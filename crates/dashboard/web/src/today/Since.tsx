/** What changed since the last sync, in numbers; and the sync that is being held. */

import { createConnectQueryKey, useQuery } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { DifferenceKind, HistoryService } from "../api/gen/koepel/v1/history_pb";
import { SyncService } from "../api/gen/koepel/v1/sync_pb";
import { idOf, pageOf } from "../api/names";
import { Tag } from "../design/parts";
import { number } from "../i18n/format";
import { useNews } from "../live/recent";
import { useHere } from "../me/Me";
import { Ago } from "../product/shown";
import { restOf } from "./rest";
import style from "./TodayPage.module.css";

const DIFFERENCES = HistoryService.method.listDifferences;

export function Since() {
  const { t } = useTranslation("today");
  const here = useHere();
  const parent = here.name;
  const news = useNews();
  const queries = useQueryClient();
  /** When the first news came that was not looked at. */
  const since = useRef<number | undefined>(undefined);
  const syncs = useQuery(SyncService.method.listSyncs, { parent, pageSize: 2 });
  const [first, second] = syncs.data?.syncs ?? [];
  const running = first && first.closeVersion === 0n ? first : undefined;
  const ended = running ? second : first;
  const differences = useQuery(DIFFERENCES, { parent, from: { at: { case: "sync", value: `${parent}/syncs/-` } }, pageSize: 1 }, { enabled: ended !== undefined });

  useEffect(() => {
    if (news.length === 0) return;
    const nowMs = Date.now();
    since.current ??= nowMs;
    const timer = setTimeout(() => {
      since.current = undefined;
      void queries.invalidateQueries({ queryKey: createConnectQueryKey({ schema: DIFFERENCES, cardinality: undefined }) });
    }, restOf(since.current, nowMs));
    return () => clearTimeout(timer);
  }, [news, queries]);

  const changes = pageOf(parent, "changes");
  const counts = differences.data?.counts ?? [];
  return (
    <section className={style.part} aria-labelledby="since">
      <h2 id="since">{t("since.title")}</h2>
      {running && (
        <p className={style.running}>
          <Tag tone="accent">{t("since.running")}</Tag>
          <span>{running.displayName || idOf(running.name)}</span>
          <Ago time={running.startTime} />
        </p>
      )}
      {ended ? (
        <p className={style.soft}>
          {ended.displayName || idOf(ended.name)} · <Ago time={ended.closeTime} />
        </p>
      ) : (
        syncs.data && <p className={style.soft}>{t("since.none")}</p>
      )}
      {differences.data?.totalSize === 0 && <p>{t("since.nothing")}</p>}
      {counts.length > 0 && (
        <dl className={style.counts}>
          {counts.map(({ kind, count, slipped }) => (
            <div key={kind}>
              <dt>{t(`since.kind.${DifferenceKind[kind]}`)}</dt>
              <dd>
                {number(count)}
                {slipped > 0 && <span className={style.soft}> {t("since.slipped", { count: slipped })}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {ended && (
        <p>
          <Link href={changes}>{t("since.all")}</Link>
        </p>
      )}
    </section>
  );
}
