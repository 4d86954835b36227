/** Which needs went away because somebody else settled them, and who that was. Knows no React. */

import type { LiveEvent } from "../live/event";
import type { Need } from "./needs";

export interface Settled {
  readonly need: Need;
  /** `people/p-1`, or `people/system`. */
  readonly actor: string;
  /** The type of the event that did it. */
  readonly type: string;
}

/** What settles needs whose subject no event names. */
const BY_KIND: Readonly<Partial<Record<Need["kind"], readonly string[]>>> = {
  vacant: ["RoleGranted", "RoleTermChanged"],
  vacantSoon: ["RoleGranted", "RoleTermChanged"],
  points: ["EscalationPointsSaved", "DomainDeleted"],
};

/** The latest news of what a need is about, `news` being the latest first. */
function cause(need: Need, news: readonly LiveEvent[]): LiveEvent | undefined {
  if (need.subject) return news.find(({ subject }) => subject === need.subject);
  const types = BY_KIND[need.kind];
  return types ? news.find(({ type }) => types.includes(type)) : undefined;
}

/** What was needed before and is not any more. What the reader did themselves needs no telling. */
export function settled(before: readonly Need[], after: readonly Need[], news: readonly LiveEvent[], reader: string): readonly Settled[] {
  const still = new Set(after.map(({ key }) => key));
  return before.flatMap((need) => {
    if (still.has(need.key)) return [];
    const event = cause(need, news);
    return event && event.actor !== reader ? [{ need, actor: event.actor, type: event.type }] : [];
  });
}
