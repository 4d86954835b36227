/** Which rows of a list are on the screen, and where; follows its scrolling, and scrolls it. Knows nothing of what is in them. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type At, inSight, placed, scrolled, showing, spaceOf, START } from "./scrollSpace";

/** How many rows are drawn beyond each edge. */
const EAGER = 8;

export interface Rows {
  /** Of the element that is scrolled. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** How high what is scrolled is. */
  readonly height: number;
  /** How much further down the rows are than what is scrolled: nothing, but in lists that are too high for a browser. */
  readonly shift: number;
  /** Those in sight. */
  readonly first: number;
  readonly last: number;
  /** Those that are drawn. */
  readonly drawn: readonly number[];
  /** How far down the rows one is, just now. */
  readonly offset: () => number;
  readonly scrollTo: (offset: number) => void;
  /** Scrolls as little as it takes to have a row in sight. */
  readonly show: (index: number) => void;
}

interface Seen {
  readonly first: number;
  readonly last: number;
  readonly shift: number;
}

/** `kept`: a row that is drawn wherever it is. */
export function useRows(rows: number, rowHeight: number, kept: number): Rows {
  const scroller = useRef<HTMLDivElement>(null);
  const space = useMemo(() => spaceOf(rows, rowHeight), [rows, rowHeight]);
  const at = useRef<At>(START);
  const view = useRef(0);
  const [seen, setSeen] = useState<Seen>({ first: 0, last: 30, shift: 0 });

  const look = useCallback(() => {
    const { top, offset } = at.current;
    const [first, last] = inSight(offset, view.current, rowHeight, rows);
    const shift = offset - top;
    setSeen((was) => (was.first === first && was.last === last && was.shift === shift ? was : { first, last, shift }));
  }, [rowHeight, rows]);

  const follow = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const top = element.scrollTop;
    if (top !== at.current.top) {
      const next = scrolled(space, at.current, top, view.current);
      if (next.top !== top) element.scrollTop = next.top;
      const really = element.scrollTop;
      at.current = { top: really, offset: space.whole === space.height ? really : next.offset };
    }
    look();
  }, [scroller, space, look]);

  const scrollTo = useCallback(
    (offset: number) => {
      const element = scroller.current;
      if (!element) return;
      const next = placed(space, offset, element.clientHeight);
      element.scrollTop = next.top;
      const really = element.scrollTop;
      at.current = { top: really, offset: space.whole === space.height ? really : next.offset };
      look();
    },
    [scroller, space, look],
  );

  const height = useRef(rowHeight);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    view.current = element.clientHeight;
    // Rows that get higher or lower stay where they are.
    if (height.current !== rowHeight) scrollTo((at.current.offset / height.current) * rowHeight);
    height.current = rowHeight;
    follow();
  }, [scroller, rowHeight, scrollTo, follow]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const sized = new ResizeObserver(() => {
      view.current = element.clientHeight;
      follow();
    });
    sized.observe(element);
    element.addEventListener("scroll", follow, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener("scroll", follow);
    };
  }, [scroller, follow]);

  const offset = useCallback(() => at.current.offset, []);
  const show = useCallback((index: number) => scrollTo(showing(at.current.offset, scroller.current?.clientHeight ?? 0, index, rowHeight)), [scrollTo, scroller, rowHeight]);
  const end = Math.max(0, rows - 1);
  const [first, last] = [Math.min(seen.first, end), Math.min(seen.last, end)];
  const drawn = useMemo(() => {
    const [from, to] = [Math.max(0, first - EAGER), Math.min(rows - 1, last + EAGER)];
    const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
    if (kept < rows && (kept < from || kept > to)) indexes.push(kept);
    return indexes;
  }, [first, last, rows, kept]);
  return { scroller, height: space.height, shift: seen.shift, first, last, drawn, offset, scrollTo, show };
}
