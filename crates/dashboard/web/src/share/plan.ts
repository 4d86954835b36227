/** The roadmap in four parts, by how near things are. Knows no calls. */

import { Horizon, type RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";

export const PARTS = ["now", "dated", "next", "later"] as const;
export type Part = (typeof PARTS)[number];

export function partOf({ when }: Pick<RoadmapEntry, "when">): Part {
  if (when?.at.case === "dates") return "dated";
  switch (when?.at.value) {
    case Horizon.NOW:
      return "now";
    case Horizon.NEXT:
      return "next";
    default:
      return "later";
  }
}

/** The entries of each part, in the order in which they came; parts without any are left out. */
export function inParts<E extends Pick<RoadmapEntry, "when">>(entries: readonly E[]): readonly { readonly part: Part; readonly entries: readonly E[] }[] {
  return PARTS.map((part) => ({ part, entries: entries.filter((entry) => partOf(entry) === part) })).filter((one) => one.entries.length > 0);
}
