/**
 * What needs somebody, the most urgent first. Computed from what the server said, for one reader, at one moment. Knows neither
 * calls nor words.
 */

import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Delivery } from "../api/gen/koepel/v1/alert_pb";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import type { Gap } from "../api/gen/koepel/v1/directory_pb";
import { type Escalation, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import type { Decision } from "../api/gen/koepel/v1/governance_pb";
import type { Vacancy } from "../api/gen/koepel/v1/product_pb";
import { clockOf, nextOf, waitsFor } from "../escalation/urgency";

/** Who reads, and what is theirs. */
export interface Reader {
  /** `people/p-1`; empty for whoever has no name here. */
  readonly person: string;
  /** The domains whose PO they are, or stand in for. */
  readonly domains: readonly string[];
  /** Whether seats are theirs to fill: the Chief PO's and administrators'. */
  readonly fillsSeats: boolean;
  readonly resolvesGaps: boolean;
  readonly setsPoints: boolean;
  readonly managesAlerts: boolean;
}

/** An item that asks something of a domain of the reader. */
export interface Asked {
  readonly row: BacklogRow;
  /** The domain that is asked. */
  readonly of: string;
}

export interface Facts {
  /** All open ones. */
  readonly open: readonly Escalation[];
  /** The last decided ones, and the last decisions. */
  readonly decided: readonly Escalation[];
  readonly decisions: readonly Decision[];
  /** In force, and not followed. */
  readonly notFollowed: readonly Decision[];
  readonly asked: readonly Asked[];
  readonly vacancies: readonly Vacancy[];
  readonly gaps: readonly Gap[];
  /** Where no escalation point decides. */
  readonly undecided: number;
  /** Whether a table of points was ever saved. */
  readonly pointsSaved: boolean;
  /** Given up. */
  readonly dead: readonly Delivery[];
  /** Keys of needs that the reader has put aside. */
  readonly aside: ReadonlySet<string>;
}

export const NO_FACTS: Facts = {
  open: [],
  decided: [],
  decisions: [],
  notFollowed: [],
  asked: [],
  vacancies: [],
  gaps: [],
  undecided: 0,
  pointsSaved: true,
  dead: [],
  aside: new Set(),
};

type Matter =
  | { readonly kind: "decide"; readonly escalation: Escalation; readonly overdue: boolean; readonly next: string }
  | { readonly kind: "late"; readonly escalation: Escalation }
  | { readonly kind: "vacant"; readonly vacancy: Vacancy }
  | { readonly kind: "notFollowed"; readonly decision: Decision }
  | { readonly kind: "asked"; readonly row: BacklogRow; readonly of: string }
  | { readonly kind: "vacantSoon"; readonly vacancy: Vacancy }
  | { readonly kind: "decided"; readonly escalation: Escalation; readonly decision: Decision }
  | { readonly kind: "deliveries"; readonly names: readonly string[] }
  | { readonly kind: "gap"; readonly gap: Gap }
  | { readonly kind: "points"; readonly count: number; readonly saved: boolean };

export type Need = Matter & {
  /** The same as long as it is the same need. */
  readonly key: string;
  /** What it is about: news of it tells who settled it; empty if that cannot be told so. */
  readonly subject: string;
  /** Milliseconds: what is earlier comes first among equals. */
  readonly atMs: number;
};

/** The most urgent first. What is overdue with the reader comes before all. */
const ORDER: readonly Matter["kind"][] = ["decide", "vacant", "late", "notFollowed", "asked", "vacantSoon", "decided", "deliveries", "gap", "points"];

/** How long a decision about what the reader raised is news. */
const NEWS_MS = 14 * 86_400_000;

const ms = (time: Timestamp | undefined) => (time ? timestampMs(time) : 0);

export function needs(facts: Facts, reader: Reader, nowMs: number): readonly Need[] {
  const found = [
    ...facts.open.flatMap((one) => ofOpen(one, reader, nowMs)),
    ...facts.decided.flatMap((one) => ofDecided(one, facts.decisions, reader, nowMs)),
    ...notFollowed(facts, reader),
    ...asked(facts, reader),
    ...(reader.fillsSeats ? facts.vacancies.map((vacancy) => ofVacancy(vacancy, nowMs)) : []),
    ...(reader.resolvesGaps ? facts.gaps.map((gap): Need => ({ kind: "gap", gap, key: gap.name, subject: gap.name, atMs: ms(gap.askTime) })) : []),
    ...ofPoints(facts, reader),
    ...ofDeliveries(facts, reader),
  ];
  const each = new Map<string, Need>();
  for (const need of found) if (!facts.aside.has(need.key) && !each.has(need.key)) each.set(need.key, need);
  return [...each.values()].sort(byUrgency);
}

/** What is overdue with the reader; then in the order of the kinds; then by time. */
function byUrgency(a: Need, b: Need): number {
  return rank(a) - rank(b) || a.atMs - b.atMs || (a.key < b.key ? -1 : 1);
}

function rank(need: Need): number {
  return need.kind === "decide" && need.overdue ? -1 : ORDER.indexOf(need.kind);
}

function ofOpen(escalation: Escalation, reader: Reader, nowMs: number): Need[] {
  const clock = clockOf(escalation, nowMs);
  const overdue = clock.kind === "overdue";
  const about = { key: escalation.name, subject: escalation.name, atMs: "dueMs" in clock ? clock.dueMs : Number.MAX_SAFE_INTEGER };
  if (waitsFor(escalation, reader.person)) {
    return [{ kind: "decide", escalation, overdue, next: nextOf(escalation)?.title ?? "", ...about }];
  }
  const raised = reader.person !== "" && escalation.raisedBy === reader.person;
  return raised && overdue ? [{ kind: "late", escalation, ...about }] : [];
}

function ofDecided(escalation: Escalation, decisions: readonly Decision[], reader: Reader, nowMs: number): Need[] {
  const decision = decisions.find(({ name }) => name === escalation.decision);
  const raised = reader.person !== "" && escalation.raisedBy === reader.person;
  if (!raised || !decision || escalation.state !== EscalationState.DECIDED || nowMs - ms(decision.decideTime) > NEWS_MS) return [];
  return [{ kind: "decided", escalation, decision, key: `${decision.name}/news`, subject: "", atMs: ms(decision.decideTime) }];
}

function notFollowed(facts: Facts, reader: Reader): Need[] {
  return facts.notFollowed.flatMap((decision) => {
    const about = [...facts.decided, ...facts.open].find(({ name }) => name === decision.escalation)?.domains ?? [];
    const mine = (reader.person !== "" && decision.decidedBy === reader.person) || about.some((domain) => reader.domains.includes(domain));
    // Where it is decided anew, that is the need.
    if (!mine || facts.open.some(({ name }) => name === decision.escalation)) return [];
    const key = `${decision.name}/notFollowed/${decision.notFollowedVersion}`;
    return [{ kind: "notFollowed", decision, key, subject: decision.name, atMs: ms(decision.decideTime) }];
  });
}

function asked(facts: Facts, reader: Reader): Need[] {
  return facts.asked.flatMap(({ row, of }) => {
    if (!reader.domains.includes(of) || reader.domains.includes(row.domain)) return [];
    return [{ kind: "asked", row, of, key: `${row.name}/asks/${of}`, subject: row.name, atMs: row.place }];
  });
}

function ofVacancy(vacancy: Vacancy, nowMs: number): Need {
  const from = ms(vacancy.fromTime);
  const kind = from <= nowMs ? "vacant" : "vacantSoon";
  return { kind, vacancy, key: `vacancy/${vacancy.role}/${vacancy.domain}`, subject: "", atMs: from };
}

function ofPoints(facts: Facts, reader: Reader): Need[] {
  if (!reader.setsPoints || facts.undecided === 0) return [];
  return [{ kind: "points", count: facts.undecided, saved: facts.pointsSaved, key: `points/${facts.pointsSaved}`, subject: "", atMs: 0 }];
}

function ofDeliveries(facts: Facts, reader: Reader): Need[] {
  if (!reader.managesAlerts || facts.dead.length === 0) return [];
  return [{ kind: "deliveries", names: facts.dead.map(({ name }) => name), key: "deliveries", subject: "", atMs: 0 }];
}
