/**
 * Where a move goes: every way of moving (by pointer, by keys, by the menu) ends here, in a place that says which neighbours
 * were seen. Knows no React and no calls.
 */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Edge, type PlaceSchema } from "../api/gen/koepel/v1/common_pb";

export type PlaceAsked = MessageInitShape<typeof PlaceSchema>;

/** What a list shows, as far as a move is concerned; places are counted from 0. */
export interface Seen {
  /** How many rows have a place in the order: those that are closed come after them. */
  readonly open: number;
  /** Whether rows are left out between those that are shown. */
  readonly filtered: boolean;
  /** The name of what is shown at a place; `undefined` if it has not come. */
  readonly nameAt: (index: number) => string | undefined;
}

/** Where to: an end, or a gap between two rows (0 is above the first, n below the n-th). */
export type Target = { readonly kind: "edge"; readonly edge: "top" | "bottom" } | { readonly kind: "gap"; readonly gap: number };

/**
 * The place to ask for; `undefined` if nothing would move, or if what is there has not come yet. In a list that leaves rows
 * out it is next to the row shown there, on the side that passes fewest of those that are not shown.
 */
export function placeFor(list: Seen, item: string, from: number | undefined, target: Target): PlaceAsked | undefined {
  if (target.kind === "edge") {
    const wanted = target.edge === "top" ? Edge.TOP : Edge.BOTTOM;
    return { at: { case: "edge", value: wanted } };
  }
  const gap = Math.max(0, Math.min(target.gap, list.open));
  if (from !== undefined && (gap === from || gap === from + 1)) return undefined;
  const above = gap === 0 ? "" : list.nameAt(gap - 1);
  const below = gap === list.open ? "" : list.nameAt(gap);
  const goesUp = from === undefined || gap < from;
  const next = goesUp ? (below ? "before" : "after") : above ? "after" : "before";
  const anchor = next === "before" ? below : above;
  const other = next === "before" ? above : below;
  if (!anchor || anchor === item || other === item) return undefined;
  const at = next === "before" ? ({ case: "before", value: anchor } as const) : ({ case: "after", value: anchor } as const);
  if (list.filtered || other === undefined) return { at };
  return { at, neighbourSeen: other };
}

/** The place between two neighbours as they were asked for just now; empty for an end of the list. */
export function placeBetween(above: string, below: string): PlaceAsked {
  if (below) return { at: { case: "before", value: below }, neighbourSeen: above };
  if (above) return { at: { case: "after", value: above }, neighbourSeen: below };
  return { at: { case: "edge", value: Edge.TOP } };
}

/**
 * Which two places of the whole list (1 is the top) an item gets between when it is to stand at `wanted`, as the list is
 * before the move; 0 stands for the top end.
 */
export function placesAround(wanted: number, own: number): readonly [above: number, below: number] {
  return own > 0 && wanted > own ? [wanted, wanted + 1] : [wanted - 1, wanted];
}

/** One row up or down, the top, the bottom: the gap for it; `undefined` at the end. */
export function gapOfStep(step: "up" | "down", from: number, open: number): number | undefined {
  if (step === "up") return from > 0 ? from - 1 : undefined;
  return from < open - 1 ? from + 2 : undefined;
}
