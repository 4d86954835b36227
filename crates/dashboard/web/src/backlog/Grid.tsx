/**
 * A long list as a grid that one moves in by keys. Draws the rows that are on the screen and no others, keeps what one looks
 * at where it is when others change the list, and keeps the focus on its row wherever that goes.
 */

import { type KeyboardEvent, type ReactNode, type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import type { RowActs } from "./acts";
import { useDragged, useDragList } from "./drag";
import { commandOf, moveFocus } from "./keys";
import style from "./List.module.css";
import { COLUMNS, Row } from "./Row";
import { useRowWords } from "./rowWords";
import type { Shown } from "./shown";
import type { Marked } from "./useBacklog";
import { useRowHeight } from "./useRowHeight";
import { useRows } from "./useRows";
import { drift } from "./windows";

export interface GridHandle {
  /** Goes to a row, and gives it the focus when it is there. */
  readonly focus: (name: string, index: number) => void;
}

export interface GridProps {
  readonly label: string;
  readonly list: string;
  readonly shown: Shown;
  /** What the server last said: a new one may have moved what one looks at. */
  readonly known: unknown;
  /** Which list it is: another one begins at its top. */
  readonly source: string;
  readonly isOld: boolean;
  readonly withDomain: boolean;
  readonly links: boolean;
  readonly marks?: ReadonlyMap<string, Marked> | undefined;
  readonly twoLines: boolean;
  readonly placeOf: (row: BacklogRow, index: number) => number;
  readonly fixed: ((row: BacklogRow) => string | undefined) | undefined;
  readonly acts: RowActs | undefined;
  readonly chosen: string | undefined;
  readonly onRange: (first: number, last: number, active: number | undefined) => void;
  readonly handle?: Ref<GridHandle> | undefined;
  readonly line?: ((rowHeight: number, shift: number) => ReactNode) | undefined;
}

/** Below this a row's parts stand on two lines. */
const NARROW_PX = 440;
const WANTED_MS = 3_000;

const isWanted = (until: number) => performance.now() < until;

export function Grid(props: GridProps) {
  const { label, list, shown, known, source, isOld, withDomain, links, marks, twoLines, placeOf, fixed, acts, chosen, onRange, handle, line } = props;
  const [narrow, setNarrow] = useState(false);
  const rowHeight = useRowHeight(twoLines || narrow ? 2 : 1);
  const [active, setActive] = useState<{ name: string | undefined; index: number }>({ name: undefined, index: 0 });
  // Until when the focus is to go to the active row once it is there: later it would be taken from something else.
  const wanted = useRef(0);
  const dragged = useDragged();
  const words = useRowWords();

  const there = active.name === undefined ? undefined : shown.rowAt(active.index)?.name === active.name ? active.index : shown.find(active.name);
  const activeIndex = Math.max(0, Math.min(there ?? active.index, shown.total - 1));

  // The row with the focus stays in the page, wherever it is: the focus would be lost with it.
  const { scroller, height, shift, first, last, drawn, offset, scrollTo, show } = useRows(shown.total, rowHeight, activeIndex);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? 999) < NARROW_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => onRange(first, last, active.name === undefined ? undefined : activeIndex), [onRange, first, last, active.name, activeIndex]);

  // What one looks at stays where it is, also when rows come or go above it.
  const before = useRef({ known, shown, source });
  useLayoutEffect(() => {
    const element = scroller.current;
    const last = before.current;
    // Until another list has come, this is the old one.
    if (isOld) return;
    before.current = { known, shown, source };
    if (!element) return;
    if (last.source !== source) return scrollTo(0);
    const above = offset();
    if (last.known === known || above < rowHeight / 2) return;
    const top = Math.floor(above / rowHeight);
    const seen: { name: string; index: number }[] = [];
    const now = new Map<string, number>();
    for (let index = top; index <= top + element.clientHeight / rowHeight; index += 1) {
      const name = last.shown.nameAt(index);
      if (name === undefined) continue;
      seen.push({ name, index });
      const place = shown.nameAt(index) === name ? index : shown.find(name);
      if (place !== undefined) now.set(name, place);
    }
    const by = drift(seen, now);
    if (by !== 0) scrollTo(above + by * rowHeight);
  }, [scroller, known, shown, source, isOld, rowHeight, offset, scrollTo]);

  // The focus follows its row, and what has the focus without a name gets the one that comes there.
  const arrived = active.name ?? shown.nameAt(active.index);
  if (there !== undefined ? there !== active.index : arrived !== active.name) setActive({ name: arrived, index: there ?? active.index });
  useLayoutEffect(() => {
    if (isWanted(wanted.current)) show(activeIndex);
  }, [show, activeIndex]);
  useLayoutEffect(() => {
    if (!isWanted(wanted.current)) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    if (shown.nameAt(activeIndex) !== undefined && shown.nameAt(activeIndex) === active.name) wanted.current = 0;
  });

  const go = useCallback(
    (name: string | undefined, index: number) => {
      wanted.current = performance.now() + WANTED_MS;
      setActive({ name, index });
      show(index);
    },
    [show],
  );
  useImperativeHandle(handle, () => ({ focus: go }), [go]);

  const key = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "row") return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);
    const to = moveFocus(event, activeIndex, shown.total, page);
    if (to !== undefined) {
      event.preventDefault();
      go(shown.nameAt(to), to);
      return;
    }
    const command = commandOf(event);
    const row = shown.rowAt(activeIndex);
    // What is shown is of another list still: nothing is done to it.
    if (!command || !acts || isOld) return;
    event.preventDefault();
    if (command === "keys") acts.keys();
    else if (command === "undo") acts.undo();
    else if (command === "create") acts.create();
    else if (!row) return;
    else if (command === "open") acts.open(row);
    else if (command === "why") acts.why?.(row);
    else if (command === "place") acts.ask("place", row, activeIndex);
    else if (command === "pin") acts.ask(row.pinned ? "unpin" : "pin", row, activeIndex);
    else {
      wanted.current = performance.now() + WANTED_MS;
      setActive({ name: row.name, index: activeIndex });
      acts.step(row, activeIndex, command);
    }
  };

  const zone = useMemo(() => ({ list, rowHeight, shift, open: shown.open, rowAt: shown.rowAt, fixed: (row: BacklogRow) => (fixed ? fixed(row) : "") }), [list, rowHeight, shift, shown, fixed]);
  const drag = useDragList(scroller, zone, !fixed || isOld);

  // The row that is kept is not drawn where it would make the list longer.
  const topOf = (index: number) => Math.max(-rowHeight, Math.min(index * rowHeight - shift, height - rowHeight));
  const names = new Set<string>();
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={shown.total + 1}
      aria-colcount={COLUMNS.length}
      aria-busy={isOld || undefined}
      className={`${style.scroller} ${narrow ? style.narrow : ""} ${twoLines ? style.twoLines : ""} ${isOld ? style.old : ""}`}
      tabIndex={shown.total === 0 ? 0 : -1}
      onKeyDown={key}
      onFocus={(event) => {
        const index = Number((event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset["index"] ?? Number.NaN);
        if (Number.isNaN(index) || (index === activeIndex && active.name !== undefined)) return;
        setActive({ name: shown.nameAt(index), index });
      }}
      {...drag}
    >
      <Columns withDomain={withDomain} />
      <div role="rowgroup" className={style.sizer} style={{ height: `${height}px`, "--height": `${rowHeight}px` } as React.CSSProperties}>
        {drawn.map((index) => {
          const row = shown.rowAt(index);
          if (!row || names.has(row.name)) return <Blank key={`~${index}`} index={index} top={topOf(index)} active={index === activeIndex} />;
          names.add(row.name);
          return (
            <Row
              key={row.name}
              row={row}
              index={index}
              place={placeOf(row, index)}
              top={topOf(index)}
              active={index === activeIndex}
              lifted={dragged?.row.name === row.name && dragged.list === list}
              chosen={row.key === chosen}
              withDomain={withDomain}
              links={links}
              marked={marks?.get(row.name)}
              fixed={fixed ? (row.place === 0 ? "" : fixed(row)) : false}
              acts={acts}
              words={words}
            />
          );
        })}
        {line?.(rowHeight, shift)}
      </div>
    </div>
  );
}

/** What stands in the columns, for whoever hears the list: who sees it, sees that. */
function Columns({ withDomain }: { withDomain: boolean }) {
  const { t } = useTranslation("backlog");
  return (
    <div role="rowgroup" className="visually-hidden">
      <div role="row" aria-rowindex={1}>
        {COLUMNS.map(
          (column, at) =>
            (withDomain || column !== "domain") && (
              <span key={column} role="columnheader" aria-colindex={at + 1}>
                {t(`column.${column}`)}
              </span>
            ),
        )}
      </div>
    </div>
  );
}

/** Stands for a row that has not come yet. */
function Blank({ index, top, active }: { index: number; top: number; active: boolean }) {
  const { t } = useTranslation("design");
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the grid around it hears the keys
    <div role="row" aria-rowindex={index + 2} aria-busy="true" data-index={index} className={`${style.row} ${style.blank}`} tabIndex={active ? 0 : -1} style={{ transform: `translate3d(0, ${top}px, 0)` }}>
      <span role="gridcell" aria-colindex={1} aria-colspan={COLUMNS.length} className={style.bar} aria-label={t("waiting")} />
    </div>
  );
}
