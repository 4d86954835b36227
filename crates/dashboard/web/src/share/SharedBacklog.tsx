/** A backlog for reading alone: all of it, or one domain's. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { idOf, nameOf } from "../api/names";
import { Button } from "../design/Button";
import { Empty, Tag, Waiting } from "../design/parts";
import { number } from "../i18n/format";
import { PlainRefusal } from "../product/RefusalText";
import { KindSign, StatusSign } from "../product/shown";
import { DomainName } from "./DomainName";
import type { Opened } from "./opened";
import { SharedItem } from "./SharedItem";
import { AGAIN_MS } from "./useAskAgain";
import style from "./share.module.css";

export function SharedBacklog({ opened }: { opened: Opened }) {
  const { t } = useTranslation("share");
  const [path] = useLocation();
  const [search] = useSearchParams();
  const [item, setItem] = useState<string>();
  const whole = opened.opens === "product";
  const asked = search.get("domain") ?? "";
  const domain = whole && /^[a-z][a-z0-9-]*$/.test(asked) ? asked : "";
  const parent = opened.domain || (domain ? nameOf(opened.product, "domains", domain) : opened.product);
  const pages = useInfiniteQuery(
    BacklogService.method.listBacklog,
    { parent, pageSize: 200, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined, refetchInterval: AGAIN_MS },
  );
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = pages.data?.pages[0]?.totalSize ?? 0;
  if (!pages.data) return pages.error ? <PlainRefusal thrown={pages.error} /> : <Waiting lines={6} />;
  return (
    <section className={style.section} aria-label={t("view.backlog")}>
      <p className={style.soft}>
        {t("items", { count: total })}
        {domain && (
          <>
            {" "}
            <Link href={`${path}?show=backlog`}>{t("allDomains")}</Link>
          </>
        )}
      </p>
      {rows.length === 0 && <Empty title={t("noItems")}>{t("noItemsText")}</Empty>}
      <ol className={style.rows}>
        {rows.map((row) => (
          <li key={row.name} className={style.row}>
            <span className={style.place}>{number(parent === opened.product ? row.place : row.domainPlace)}</span>
            <span className={style.kind}>
              <KindSign kind={row.kind} wordless />
            </span>
            <span className={style.text}>
              {whole ? (
                <button type="button" className={style.open} onClick={() => setItem(row.name)}>
                  {row.title}
                </button>
              ) : (
                row.title
              )}
              <span className={style.under}>
                <span className={style.key}>{row.key}</span>
                {whole && !domain ? (
                  <Link href={`${path}?show=backlog&domain=${encodeURIComponent(idOf(row.domain))}`} className={style.domain}>
                    <DomainName name={row.domain} />
                  </Link>
                ) : null}
                <StatusSign status={row.status} />
                {row.pinned && <Tag tone="accent">{t("pinned")}</Tag>}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {pages.hasNextPage && (
        <div>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("more")}
          </Button>
        </div>
      )}
      {item && <SharedItem name={item} onClose={() => setItem(undefined)} />}
    </section>
  );
}
