/** Between which two moments a page compares, as its address says it: `?from=…&to=…`. Knows no page. */

import { type AsOf, asOfText } from "./asOf";
import { shifted } from "./days";

/** What can be chosen to compare with, besides a day or a version. */
export const STARTS = ["sync", "yesterday", "week"] as const;
export type Start = (typeof STARTS)[number];

/** From when on. Without a word in the address: since the last sync, or of the last seven days if none has ended yet. */
export function fromOf(text: string | null, hasSync: boolean, today: string): AsOf {
  const said = asOfText(text);
  if (said.kind !== "now") return said;
  return hasSync ? { kind: "sync", sync: "-" } : { kind: "day", day: shifted(today, -7) };
}

/** The moment that a choice stands for. A day is meant at its end: since yesterday is since the end of the day before it. */
export function startOf(start: Start, today: string): AsOf {
  switch (start) {
    case "sync":
      return { kind: "sync", sync: "-" };
    case "yesterday":
      return { kind: "day", day: shifted(today, -1) };
    case "week":
      return { kind: "day", day: shifted(today, -7) };
  }
}

/** Which of the choices a moment is. */
export function startIs(from: AsOf, today: string): Start | undefined {
  return STARTS.find((start) => {
    const moment = startOf(start, today);
    if (moment.kind === "sync") return from.kind === "sync" && from.sync === moment.sync;
    return moment.kind === "day" && from.kind === "day" && from.day === moment.day;
  });
}

/** Before the product there was nothing: what would be compared with that is compared with its beginning. */
export function notBefore(from: AsOf, first: string): AsOf {
  return from.kind === "day" && from.day < first ? { kind: "version", version: 0n } : from;
}
