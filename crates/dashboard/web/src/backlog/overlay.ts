/**
 * Moves that were made here and are not in the server's answers yet, laid over the list: a pure reordering of places, so that
 * no row is ever lost or doubled. Knows neither rows nor calls.
 */

/** A move in a list, by places counted from 0. */
export interface Shift {
  /** Where it stands. */
  readonly from: number;
  /** The gap that it goes to: 0 is above the first row, n below the n-th. */
  readonly gap: number;
  /** Places of a sub-backlog whose rows are pinned: they stay where they are, and others flow around them. */
  readonly fixed?: (index: number) => boolean;
}

/** Which place of the list below is shown at a place. */
export type Order = (shown: number) => number;

export const asItIs: Order = (shown) => shown;

/** The place that something has after a move to a gap. */
export function placeAfter(from: number, gap: number): number {
  return gap > from ? gap - 1 : gap;
}

/** Lays a move over the list. */
export function shifted({ from, gap, fixed }: Shift): Order {
  const to = placeAfter(from, gap);
  if (to === from || fixed?.(from)) return asItIs;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (!fixed) {
    return (shown) => {
      if (shown < low || shown > high) return shown;
      if (shown === to) return from;
      return to < from ? shown - 1 : shown + 1;
    };
  }
  // Those that are free keep their order among each other, over the places that are free.
  const free: number[] = [];
  for (let index = low; index <= high; index += 1) if (!fixed(index)) free.push(index);
  const others = free.filter((index) => index !== from);
  const before = others.filter((index) => index < gap).length;
  const filled = [...others.slice(0, before), from, ...others.slice(before)];
  const below = new Map(free.map((place, at) => [place, filled[at] ?? place]));
  return (shown) => below.get(shown) ?? shown;
}

/** Moves one after the other: each is told in the list that the ones before it left. */
export function composed(orders: readonly Order[]): Order {
  if (orders.length === 0) return asItIs;
  return (shown) => orders.reduceRight((place, order) => order(place), shown);
}
