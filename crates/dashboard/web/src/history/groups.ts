/** Differences as a page shows them: first what crosses domains, then each domain's own, in the order that the server gave. */

import { type Difference, type DifferenceCount, DifferenceKind } from "../api/gen/koepel/v1/history_pb";

export interface Group {
  /** `crossing`, or a domain's name; empty for what is the product's as a whole. */
  readonly key: string;
  readonly differences: readonly Difference[];
}

/** Only what stands together is grouped: the order is the server's. Pages that are added go on with the last group. */
export function groupsOf(differences: readonly Difference[]): readonly Group[] {
  const groups: { key: string; differences: Difference[] }[] = [];
  for (const difference of differences) {
    const key = difference.crossesDomains ? "crossing" : difference.domain;
    const last = groups.at(-1);
    if (last?.key === key) last.differences.push(difference);
    else groups.push({ key, differences: [difference] });
  }
  return groups;
}

/** The kinds, in the order of the proto. */
export const KINDS = [
  DifferenceKind.PURPOSE,
  DifferenceKind.PEOPLE,
  DifferenceKind.ROADMAP,
  DifferenceKind.ORDER,
  DifferenceKind.ARRIVAL,
  DifferenceKind.DEPARTURE,
  DifferenceKind.REQUEST,
  DifferenceKind.FIELDS,
] as const;

/** `ROADMAP` and so on, as in the address; those that are none are left out. */
export function kindsOf(text: string | null): readonly DifferenceKind[] {
  const named = new Set((text ?? "").toUpperCase().split(","));
  return KINDS.filter((kind) => named.has(DifferenceKind[kind]));
}

export function textOfKinds(kinds: readonly DifferenceKind[]): string {
  return KINDS.filter((kind) => kinds.includes(kind))
    .map((kind) => DifferenceKind[kind].toLowerCase())
    .join(",");
}

/** With or without this kind. */
export function toggled(kinds: readonly DifferenceKind[], kind: DifferenceKind): readonly DifferenceKind[] {
  return kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind];
}

/** How many there are of each kind, also of those that are asked for and are not there. */
export function countsOf(counts: readonly DifferenceCount[], kinds: readonly DifferenceKind[]): readonly { kind: DifferenceKind; count: number; slipped: number }[] {
  return KINDS.flatMap((kind) => {
    const found = counts.find((one) => one.kind === kind);
    if (!found && !kinds.includes(kind)) return [];
    return [{ kind, count: found?.count ?? 0, slipped: found?.slipped ?? 0 }];
  });
}
