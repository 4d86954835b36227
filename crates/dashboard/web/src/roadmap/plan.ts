/** The entries of a roadmap as a page picks and groups them. Knows the messages and neither calls nor React. */

import type { Goal, RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { Horizon } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf } from "../api/names";
import { type Planned, plannedOf, slip } from "./span";

/** Which entries are wanted: ids of a goal and a domain, a release; empty for any. A goal of `-` is none. */
export interface Filters {
  readonly goal: string;
  readonly release: string;
  readonly domain: string;
}

export const NO_GOAL = "-";

export function matching(entries: readonly RoadmapEntry[], { goal, release, domain }: Filters): readonly RoadmapEntry[] {
  return entries.filter(
    (entry) =>
      (!goal || (goal === NO_GOAL ? !entry.goal : idOf(entry.goal) === goal)) &&
      (!release || entry.release === release) &&
      (!domain || idOf(entry.domain) === domain),
  );
}

/** The releases that entries come with, in the order in which they are met. */
export function releasesOf(entries: readonly RoadmapEntry[]): readonly string[] {
  return [...new Set(entries.map(({ release }) => release).filter(Boolean))];
}

/** When each release is there: with the last of its entries, as far as they have an end. */
export function releaseDays(entries: readonly RoadmapEntry[]): readonly { readonly release: string; readonly day: number }[] {
  const days = new Map<string, number>();
  for (const { release, when } of entries) {
    const planned = plannedOf(when);
    if (!release || planned.kind !== "dates" || planned.end === undefined) continue;
    days.set(release, Math.max(days.get(release) ?? planned.end, planned.end));
  }
  return [...days].map(([release, day]) => ({ release, day })).sort((a, b) => a.day - b.day);
}

export const GROUPS = ["now", "dates", "next", "later"] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(planned: Planned): Group {
  if (planned.kind === "dates") return "dates";
  switch (planned.horizon) {
    case Horizon.NOW:
      return "now";
    case Horizon.NEXT:
      return "next";
    case Horizon.LATER:
    case Horizon.UNSPECIFIED:
      return "later";
  }
}

/** Each entry in its group, in the order given. */
export function grouped(entries: readonly RoadmapEntry[]): Readonly<Record<Group, readonly RoadmapEntry[]>> {
  const groups: Record<Group, RoadmapEntry[]> = { now: [], dates: [], next: [], later: [] };
  for (const entry of entries) groups[groupOf(plannedOf(entry.when))].push(entry);
  return groups;
}

/** Who else has to know when an entry moves: what comes with the same release, and what has an item in common with it. */
export function concerned(entry: RoadmapEntry, entries: readonly RoadmapEntry[]) {
  const items = new Set(entry.items);
  const others = entries.filter(({ name }) => name !== entry.name);
  return {
    sameRelease: entry.release ? others.filter(({ release }) => release === entry.release) : [],
    sameItems: others.filter((other) => other.items.some((item) => items.has(item))),
  };
}

/** What the server answered to commands of ours, until the list shows it too: nothing jumps back in between. */
export function withAnswers(listed: readonly RoadmapEntry[], answers: ReadonlyMap<string, RoadmapEntry>): readonly RoadmapEntry[] {
  if (answers.size === 0) return listed;
  return listed.map((entry) => {
    const answer = answers.get(entry.name);
    return answer && answer.changedAtVersion > entry.changedAtVersion ? answer : entry;
  });
}

/** By how many days each entry has slipped from what was planned then to what is planned now. */
export function slips(then: readonly RoadmapEntry[], now: readonly RoadmapEntry[]): ReadonlyMap<string, number> {
  const later = new Map(now.map((entry) => [entry.name, entry]));
  const found = new Map<string, number>();
  for (const entry of then) {
    const other = later.get(entry.name);
    const days = other ? slip(plannedOf(entry.when), plannedOf(other.when)) : 0;
    if (days > 0) found.set(entry.name, days);
  }
  return found;
}

/** How far an entry is, 0 to 1; nothing if it has no items. By estimate where every item has one. */
export function shareDone(entry: RoadmapEntry): number | undefined {
  const progress = entry.progress;
  if (!progress || progress.allItems === 0) return undefined;
  if (progress.itemsWithoutEstimate === 0 && progress.allEstimate > 0) return progress.doneEstimate / progress.allEstimate;
  return progress.doneItems / progress.allItems;
}

/** An id for a goal out of its name; what is taken gets a number. */
export function goalIdOf(name: string, goals: readonly Goal[]): string {
  const plain = name
    .toLowerCase()
    .replace(/æ/g, "ae")
    .replace(/ø/g, "oe")
    .replace(/å/g, "aa")
    .normalize("NFD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 36)
    .replace(/-+$/, "");
  const id = plain || "goal";
  const taken = new Set(goals.map((goal) => idOf(goal.name)));
  for (let number = 1; ; number += 1) {
    const next = number === 1 ? id : `${id}-${number}`;
    if (!taken.has(next)) return next;
  }
}
