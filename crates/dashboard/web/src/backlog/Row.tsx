/** A line of a backlog. It is told all that it shows, and is drawn anew only when that changes. */

import { useQuery } from "@connectrpc/connect-query";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { type BacklogRow, BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import { addressOf } from "../api/names";
import { useEventWords } from "../app/eventWords";
import { Icon } from "../design/Icon";
import { number } from "../i18n/format";
import { useMark } from "../live/recent";
import { useHere } from "../me/Me";
import { DomainTag, KindSign, StatusSign, useWords } from "../product/shown";
import style from "./List.module.css";
import { partsOf } from "./marks";
import { RowMenu } from "./RowMenu";
import type { Marked } from "./useBacklog";
import type { RowActs } from "./acts";

export interface RowProps {
  readonly row: BacklogRow;
  /** Its place in the list as it is shown, from 0. */
  readonly index: number;
  /** Its place in the order, as it is told; 0 for none. */
  readonly place: number;
  readonly top: number;
  readonly active: boolean;
  readonly lifted: boolean;
  readonly chosen: boolean;
  readonly withDomain: boolean;
  readonly links: boolean;
  readonly marked: Marked | undefined;
  /** Why it cannot be moved; `undefined` if it can. `false`: there is no moving here. */
  readonly fixed: string | undefined | false;
  readonly acts: RowActs | undefined;
}

const KEYS = ["row", "index", "place", "top", "active", "lifted", "chosen", "withDomain", "links", "marked", "fixed", "acts"] as const;

/** Whether two answers say the same of an item. */
function sameRow(a: BacklogRow, b: BacklogRow): boolean {
  return a === b || (a.name === b.name && a.changedAtVersion === b.changedAtVersion && a.place === b.place && a.domainPlace === b.domainPlace && a.pinned === b.pinned && a.title === b.title);
}

export const Row = memo(
  function Row({ row, index, place, top, active, lifted, chosen, withDomain, links, marked, fixed, acts }: RowProps) {
    const { t } = useTranslation("backlog");
    const words = useWords();
    const news = useMark(row.name);
    const classes = [style.row, news ? style.news : "", lifted ? style.lifted : "", chosen ? style.chosen : "", row.place === 0 ? style.closed : ""].join(" ");
    return (
      // The grid around it hears the keys.
      // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
      <div
        role="row"
        aria-rowindex={index + 1}
        aria-selected={chosen || undefined}
        data-index={index}
        className={classes}
        tabIndex={active ? 0 : -1}
        style={{ transform: `translate3d(0, ${top}px, 0)` }}
      >
        <span role="gridcell" className={style.grip} title={fixed === false ? undefined : (fixed ?? t("grip"))}>
          {fixed === undefined && <Icon name="grip" />}
        </span>
        <span role="gridcell" className={style.place}>
          {place > 0 ? number(place) : "–"}
        </span>
        <span role="gridcell" className={style.kind}>
          <KindSign kind={row.kind} wordless />
        </span>
        <span role="gridcell" className={style.key}>
          {links ? (
            <Link href={addressOf(row.name) ?? "/"} tabIndex={active ? 0 : -1} draggable={false}>
              {row.key}
            </Link>
          ) : (
            row.key
          )}
        </span>
        <span role="gridcell" className={style.title} title={row.title}>
          <span className={style.text}>{marked?.title ? <Parts marked={marked.title} /> : row.title}</span>
          {marked?.snippet && <small className={style.snippet}>{<Parts marked={marked.snippet} />}</small>}
        </span>
        {news && <Changed type={news.type} actor={news.actor} />}
        {withDomain && (
          <span role="gridcell" className={style.domain}>
            <DomainTag name={row.domain} />
          </span>
        )}
        <span role="gridcell" className={style.status}>
          <StatusSign status={row.status} />
        </span>
        <span role="gridcell" className={style.moscow}>
          {row.moscow === Moscow.UNSPECIFIED ? "" : words.moscow(row.moscow)}
        </span>
        <span role="gridcell" className={style.estimate}>
          {row.estimate !== undefined && number(row.estimate)}
        </span>
        <span role="gridcell" className={style.pin}>
          {row.pinned && <Pin name={row.name} readable={links} />}
        </span>
        <span role="gridcell" className={style.menu}>
          {acts && row.status !== ItemStatus.UNSPECIFIED && <RowMenu row={row} index={index} tabIndex={active ? 0 : -1} acts={acts} />}
        </span>
      </div>
    );
  },
  (before, after) => KEYS.every((key) => (key === "row" ? sameRow(before.row, after.row) : before[key] === after[key])),
);

function Parts({ marked }: { marked: NonNullable<Marked["title"]> }) {
  let at = 0;
  return partsOf(marked).map(({ text, marked: found }) => {
    at += text.length;
    return found ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>;
  });
}

/** Who has just changed it, and how. */
function Changed({ type, actor }: { type: string; actor: string }) {
  const { t } = useTranslation("backlog");
  const { nameOf } = useHere();
  const happened = useEventWords();
  return (
    <span role="gridcell" className={style.changed}>
      {t("changedBy", { name: actor === "people/system" ? t("system") : nameOf(actor), happened: happened(type) })}
    </span>
  );
}

/** The pin, with its reason, which is asked for when somebody points at it. */
function Pin({ name, readable }: { name: string; readable: boolean }) {
  const { t } = useTranslation("backlog");
  const [wanted, setWanted] = useState(false);
  const item = useQuery(BacklogService.method.getItem, { name }, { enabled: wanted && readable });
  const reason = item.data?.item?.pinReason;
  const title = reason ? t("pinnedWhy", { reason }) : t("pinned");
  return (
    <span className={style.pinned} title={title} onPointerEnter={() => setWanted(true)}>
      <Icon name="pin" />
      <span className="visually-hidden">{title}</span>
    </span>
  );
}
