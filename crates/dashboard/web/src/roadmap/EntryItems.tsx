/** The items of an entry, with their places and how far they are. Each is asked for by itself; the first fifty at first. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { addressOf, idOf } from "../api/names";
import { Button } from "../design/Button";
import { useMark } from "../live/recent";
import { DomainTag, KindSign, StatusSign } from "../product/shown";
import style from "./EntryPage.module.css";

const FIRST = 50;

export function EntryItems({ items, moment }: { items: readonly string[]; moment: Moment | undefined }) {
  const { t } = useTranslation("roadmap");
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, FIRST);
  if (items.length === 0) return <p className={style.quiet}>{t("noItemsText")}</p>;
  return (
    <>
      <ul className={style.items}>
        {shown.map((item) => (
          <ItemRow key={item} name={item} moment={moment} />
        ))}
      </ul>
      {shown.length < items.length && (
        <Button small onClick={() => setAll(true)}>
          {t("showAllItems", { count: items.length })}
        </Button>
      )}
    </>
  );
}

function ItemRow({ name, moment }: { name: string; moment: Moment | undefined }) {
  const { t } = useTranslation("roadmap");
  const found = useQuery(BacklogService.method.getItem, { name, ...(moment ? { asOf: moment } : {}) });
  const mark = useMark(name);
  const item = found.data?.item;
  return (
    <li className={mark ? style.marked : undefined}>
      {item ? <KindSign kind={item.kind} wordless /> : <span />}
      <Link href={addressOf(name) ?? "/"}>
        <strong>{idOf(name)}</strong> {item?.title}
      </Link>
      {item && (
        <span className={style.itemFacts}>
          <DomainTag name={item.domain} />
          <StatusSign status={item.status} />
          {item.place > 0 && <span>{t("place", { place: item.place })}</span>}
        </span>
      )}
    </li>
  );
}
