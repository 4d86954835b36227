/** Places that people name, as the server takes them. Knows no page. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Edge, type PlaceSchema } from "../api/gen/koepel/v1/common_pb";

export const WAYS = ["top", "bottom", "at", "above", "below"] as const;
export type Way = (typeof WAYS)[number];

export interface Wanted {
  readonly way: Way;
  /** For `at`: the place, 1 is the top, and the item that stands there now. */
  readonly at?: number | undefined;
  readonly holder?: string | undefined;
  /** For `above` and `below`. */
  readonly other?: string | undefined;
}

/** `undefined` while something is missing, or where nothing would move. */
export function placeOf(wanted: Wanted, item: string, from: number): MessageInitShape<typeof PlaceSchema> | undefined {
  const { way, at, holder, other } = wanted;
  switch (way) {
    case "top":
      return { at: { case: "edge", value: Edge.TOP } };
    case "bottom":
      return { at: { case: "edge", value: Edge.BOTTOM } };
    case "at":
      if (at === undefined || !holder || holder === item || at === from) return undefined;
      // Whoever stands there makes room upwards for what comes from above, downwards for what comes from below.
      return { at: { case: at < from ? "before" : "after", value: holder } };
    case "above":
    case "below":
      if (!other || other === item) return undefined;
      return { at: { case: way === "above" ? "before" : "after", value: other } };
  }
}

/** A place that was typed, from 1 to how many there are. */
export function placeTyped(typed: string, all: number): number | undefined {
  if (!/^\d{1,7}$/.test(typed.trim())) return undefined;
  const place = Number(typed);
  return place >= 1 && place <= all ? place : undefined;
}
