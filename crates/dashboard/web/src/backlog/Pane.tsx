/** One of the two lists of the page, with its head: what it is, how many there are, and what is left out. */

import { type ReactNode, type Ref, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { Button } from "../design/Button";
import { Empty } from "../design/parts";
import { type AsOf, textOf } from "../history/asOf";
import { number } from "../i18n/format";
import type { RowActs } from "./acts";
import { BacklogList } from "./BacklogList";
import { DropLine } from "./DropLine";
import { ALL, askedFilter, type Filter, type SetFilter } from "./filter";
import type { GridHandle } from "./Grid";
import style from "./BacklogPage.module.css";
import type { Shown } from "./shown";
import { isProduct } from "./useBacklog";
import type { Mover } from "./useMover";

export interface PaneProps {
  readonly list: string;
  /** What stands in its head: its name, or the choice of another. */
  readonly title: ReactNode;
  readonly label: string;
  readonly tools?: ReactNode;
  readonly filter: Filter;
  readonly setFilter: SetFilter;
  readonly asOf: AsOf;
  readonly readOnly: boolean;
  readonly acts: RowActs;
  readonly mover: Mover;
  readonly chosen: string | undefined;
  readonly handle: Ref<GridHandle>;
  readonly onShown: (list: string, shown: Shown) => void;
  readonly fixed: (row: BacklogRow) => string | undefined;
  /** Why a row from anywhere may not be dropped here. */
  readonly refused: (row: BacklogRow) => string | undefined;
}

export function Pane(props: PaneProps) {
  const { list, title, label, tools, filter, setFilter, asOf, readOnly, acts, mover, chosen, handle, onShown, fixed, refused } = props;
  const { t } = useTranslation("backlog");
  const [counted, setCounted] = useState<{ total: number; of: string }>();
  const of = textOf(asOf);
  const total = counted?.of === of ? counted.total : undefined;
  const narrowed = filter.query.trim() !== "" || askedFilter(filter, isProduct(list)) !== undefined;
  const shown = useCallback(
    (now: Shown) => {
      // The same again is no news: it would be drawn again, counted again, and so on.
      setCounted((was) => (was?.total === now.total && was.of === of ? was : { total: now.total, of }));
      onShown(list, now);
    },
    [list, of, onShown],
  );
  const line = useCallback((rowHeight: number, now: Shown, shift: number) => <DropLine list={list} shown={now} rowHeight={rowHeight} shift={shift} refused={refused} />, [list, refused]);
  const laid = useMemo(() => mover.sent.filter((one) => one.list === list), [mover.sent, list]);
  return (
    <section className={style.pane} aria-label={label}>
      <header className={style.paneHead}>
        {title}
        <span className={style.count}>{total !== undefined && (narrowed ? t("found", { count: total, shown: number(total) }) : t("items", { count: total, shown: number(total) }))}</span>
        <span className={style.tools}>{tools}</span>
      </header>
      <BacklogList
        parent={list}
        label={label}
        filter={filter}
        asOf={asOf}
        readOnly={readOnly}
        acts={acts}
        moving={{ laid: laid.length > 0 ? laid : NONE, busy: laid.some(({ version }) => version === undefined), fixed, line }}
        chosen={chosen}
        handle={handle}
        onShown={shown}
        empty={
          <div className={style.none}>
            {narrowed ? (
              <Empty title={t("empty.filtered")} action={<Button onClick={() => setFilter(() => ALL)}>{t("filter.clear")}</Button>}>
                {t("empty.filteredText")}
              </Empty>
            ) : (
              <Empty title={t("empty.title")}>{t("empty.text")}</Empty>
            )}
          </div>
        }
      />
    </section>
  );
}

const NONE: readonly never[] = [];
