/** A line of a backlog. It is told all that it shows, and is drawn anew only when that changes. */

import { useQuery } from "@connectrpc/connect-query";
import { memo, type MouseEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BacklogRow, BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { ItemKind } from "../api/gen/koepel/v1/common_pb";
import { addressOf } from "../api/names";
import { Icon } from "../design/Icon";
import parts from "../design/parts.module.css";
import { number } from "../i18n/format";
import { useMark } from "../live/recent";
import { DOTS, KIND_ICONS } from "../product/shown";
import style from "./List.module.css";
import { partsOf } from "./marks";
import { RowMenu } from "./RowMenu";
import type { RowWords } from "./rowWords";
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
  readonly words: RowWords;
}

/** What stands where in a row; `aria-colindex` counts from 1. In a sub-backlog there is no domain. */
export const COLUMNS = ["grip", "place", "kind", "key", "title", "domain", "status", "moscow", "estimate", "pin", "menu"] as const;

const KEYS = ["index", "place", "top", "active", "lifted", "chosen", "withDomain", "links", "marked", "fixed", "acts", "words"] as const;

/** Whether two answers say the same of an item. */
function sameRow(a: BacklogRow, b: BacklogRow): boolean {
  return a === b || (a.name === b.name && a.changedAtVersion === b.changedAtVersion && a.place === b.place && a.domainPlace === b.domainPlace && a.pinned === b.pinned && a.title === b.title);
}

export const Row = memo(
  function Row({ row, index, place, top, active, lifted, chosen, withDomain, links, marked, fixed, acts, words }: RowProps) {
    const happened = useMark(row.name);
    // What one did oneself needs no telling.
    const news = happened && happened.actor !== words.reader ? happened : undefined;
    const classes = [style.row, news ? style.news : "", lifted ? style.lifted : "", chosen ? style.chosen : "", row.place === 0 ? style.closed : ""].join(" ");
    const hinders = row.kind === ItemKind.IMPEDIMENT || row.kind === ItemKind.DEFECT;
    const dot = DOTS[row.status];
    const domain = withDomain ? words.domain(row.domain) : undefined;
    const open = (event: MouseEvent) => {
      if (!acts || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      acts.open(row);
    };
    return (
      // The grid around it hears the keys.
      // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-selected={chosen || undefined}
        data-index={index}
        className={classes}
        tabIndex={active ? 0 : -1}
        style={{ transform: `translate3d(0, ${top}px, 0)` }}
      >
        <span role="gridcell" aria-colindex={1} className={style.grip} title={fixed === false ? undefined : (fixed ?? words.grip)}>
          {fixed === undefined && <Icon name="grip" />}
        </span>
        <span role="gridcell" aria-colindex={2} className={style.place}>
          {place > 0 ? number(place) : "–"}
        </span>
        <span role="gridcell" aria-colindex={3} className={`${style.kind} ${hinders ? style.hinders : ""}`} title={words.kind[row.kind]}>
          <Icon name={KIND_ICONS[row.kind]} />
          <span className="visually-hidden">{words.kind[row.kind]}</span>
        </span>
        <span role="gridcell" aria-colindex={4} className={style.key}>
          {links ? (
            <a href={addressOf(row.name)} tabIndex={active ? 0 : -1} draggable={false} onClick={open}>
              {row.key}
            </a>
          ) : (
            row.key
          )}
        </span>
        <span role="gridcell" aria-colindex={5} className={style.title} title={row.title}>
          <span className={style.text}>{marked?.title ? <Parts marked={marked.title} /> : row.title}</span>
          {marked?.snippet && (
            <small className={style.snippet}>
              <Parts marked={marked.snippet} />
            </small>
          )}
          {news && <span className={style.changed}>{words.changedBy(news.type, news.actor)}</span>}
        </span>
        {domain && (
          <span role="gridcell" aria-colindex={6} className={style.domain} title={domain.name}>
            <span className={parts.swatch} style={{ "--swatch": domain.colour } as React.CSSProperties} />
            <span className={style.word}>{domain.name}</span>
          </span>
        )}
        <span role="gridcell" aria-colindex={7} className={style.status} title={words.status[row.status]}>
          <span className={`${parts.dot} ${dot ? parts[dot] : ""}`} />
          <span className={style.word}>{words.status[row.status]}</span>
        </span>
        <span role="gridcell" aria-colindex={8} className={style.moscow}>
          {words.moscow[row.moscow]}
        </span>
        <span role="gridcell" aria-colindex={9} className={style.estimate}>
          {row.estimate !== undefined && number(row.estimate)}
        </span>
        <span role="gridcell" aria-colindex={10} className={style.pin}>
          {row.pinned && <Pin name={row.name} readable={links} />}
        </span>
        <span role="gridcell" aria-colindex={11} className={style.menu}>
          {acts && <RowMenu row={row} index={index} tabIndex={active ? 0 : -1} acts={acts} label={words.menuOf(row.key)} />}
        </span>
      </div>
    );
  },
  (before, after) => sameRow(before.row, after.row) && KEYS.every((key) => before[key] === after[key]),
);

function Parts({ marked }: { marked: NonNullable<Marked["title"]> }) {
  let at = 0;
  return partsOf(marked).map(({ text, marked: found }) => {
    at += text.length;
    return found ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>;
  });
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
