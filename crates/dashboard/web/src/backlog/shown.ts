/** A list as it is shown: what the server has, with our own moves laid over it. Knows no React. */

import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { composed, placeAfter, type Shift, shifted } from "./overlay";
import type { Seen } from "./place";
import { indexOf, type Known, rowOf, WINDOW } from "./windows";

/** A move that may be laid over. */
export interface Laid {
  readonly row: BacklogRow;
  readonly shift?: { readonly from: number; readonly gap: number } | undefined;
  readonly version: bigint | undefined;
}

export interface Shown extends Seen {
  /** All rows, closed ones too. */
  readonly total: number;
  readonly rowAt: (index: number) => BacklogRow | undefined;
  /** Where something is, if it is among what has come. */
  readonly find: (name: string) => number | undefined;
}

/** Rows at the end of what has come that are closed have no place: the first of them is where the order ends. */
function openOf(known: Known<BacklogRow>): number {
  let open = known.total;
  for (const [window, { rows }] of known.windows) {
    const first = rows.findIndex(({ place }) => place === 0);
    if (first >= 0) open = Math.min(open, window * WINDOW + first);
  }
  return open;
}

/** `pinsStay`: in a sub-backlog, what is pinned keeps its place whatever moves around it. */
export function shownOf(known: Known<BacklogRow>, laid: readonly Laid[], filtered: boolean, pinsStay: boolean): Shown {
  const pending = laid.filter(({ version }) => version === undefined || version > known.version);
  const fixed = pinsStay ? (index: number) => rowOf(known, index)?.pinned ?? false : undefined;
  const shifts = pending.flatMap(({ row, shift }): Shift[] => {
    if (!shift) return [];
    // What the server shows already is not moved twice.
    const there = pending.length === 1 ? indexOf(known, row.name) : undefined;
    if (there === placeAfter(shift.from, shift.gap)) return [];
    const from = there ?? shift.from;
    return [fixed ? { from, gap: shift.gap, fixed } : { from, gap: shift.gap }];
  });
  const order = composed(shifts.map(shifted));
  const moved = new Map(pending.map(({ row, shift }) => [shift?.from, row]));
  const rowAt = (index: number) => {
    const below = order(index);
    return rowOf(known, below) ?? (below === index ? undefined : moved.get(below));
  };
  const find = (name: string) => {
    const below = indexOf(known, name);
    if (shifts.length === 0) return below;
    const near = pending.findLast(({ row }) => row.name === name)?.shift;
    const guess = near ? placeAfter(near.from, near.gap) : below;
    if (guess !== undefined && rowAt(guess)?.name === name) return guess;
    for (const window of known.windows.keys()) {
      for (let index = window * WINDOW; index < (window + 1) * WINDOW; index += 1) if (rowAt(index)?.name === name) return index;
    }
    return undefined;
  };
  return { total: known.total, open: openOf(known), filtered, rowAt, nameAt: (index) => rowAt(index)?.name, find };
}
