/**
 * A table of escalation points as people read it, topic by topic and domain by domain; and as it is edited. The most specific
 * point decides: one for a domain, or across domains, goes before one for the product. Knows no calls.
 */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Role, Topic } from "../api/gen/koepel/v1/common_pb";
import type { EscalationPoint, EscalationPointSchema, EscalationStep, EscalationStepSchema } from "../api/gen/koepel/v1/escalation_point_pb";
import { idOf } from "../api/names";

export const TOPICS = [Topic.PRIORITY, Topic.VISION, Topic.DEPENDENCY, Topic.CAPACITY, Topic.QUALITY, Topic.BUDGET, Topic.COMPLIANCE] as const;

/** Which points decide a topic in a domain; across domains if `domain` is empty. One, if all is well. */
export interface Cell {
  readonly topic: Topic;
  readonly domain: string;
  /** By their places in the table. */
  readonly points: readonly number[];
}

/** What a point is for. */
export interface Scoped {
  readonly topics: readonly Topic[];
  readonly domain: string;
  readonly acrossDomains: boolean;
}

/** Each topic across domains, then in each domain. */
export function cellsOf(points: readonly Scoped[], domains: readonly string[]): readonly (readonly Cell[])[] {
  return TOPICS.map((topic) =>
    ["", ...domains].map((domain) => {
      const about = [...points.entries()].filter(([, point]) => point.topics.includes(topic));
      const own = about.filter(([, point]) => (domain ? point.domain === domain : point.acrossDomains));
      const decide = own.length > 0 ? own : about.filter(([, point]) => !point.domain && !point.acrossDomains);
      return { topic, domain, points: decide.map(([index]) => index) };
    }),
  );
}

/** Cells that nobody, or more than one, decides. A table without points has none: the built-in default decides then. */
export function faultsOf(points: readonly Scoped[], domains: readonly string[]): readonly Cell[] {
  if (points.length === 0) return [];
  return cellsOf(points, domains)
    .flat()
    .filter((cell) => cell.points.length !== 1);
}

export type Unit = "days" | "hours";

/** A step as it is edited. */
export interface StepDraft {
  /** Its own, for lists. */
  readonly key: number;
  /** `chief`, `po` (of the domain concerned), `po products/x/domains/y`, the same with `deputy ` before it, or `person`. */
  readonly who: string;
  /** Whom, as typed, if it is a person. */
  readonly person: string;
  readonly count: string;
  readonly unit: Unit;
}

/** A point as it is edited. */
export interface PointDraft {
  readonly key: number;
  /** Empty until it is saved for the first time. */
  readonly id: string;
  readonly topics: readonly Topic[];
  /** `product`, `across`, or a domain's name. */
  readonly where: string;
  /** A calendar's name; empty for the default one. */
  readonly calendar: string;
  readonly line: readonly StepDraft[];
}

let last = 0;
const next = () => (last += 1);

export function newStep(who = "chief"): StepDraft {
  return { key: next(), who, person: "", count: "2", unit: "days" };
}

/** For everything that nobody decides yet, as the built-in default does it. */
export function newPoint(topics: readonly Topic[]): PointDraft {
  return { key: next(), id: "", topics, where: "product", calendar: "", line: [newStep("chief"), newStep("deputy chief")] };
}

export function scopeOf({ topics, where }: PointDraft): Scoped {
  return { topics, domain: where === "product" || where === "across" ? "" : where, acrossDomains: where === "across" };
}

function stepDraft({ decider, answerTime }: EscalationStep, label: (person: string) => string): StepDraft {
  const time = answerTime?.length;
  const draft = { key: next(), person: "", count: String(time?.value ?? ""), unit: time?.case === "workingHours" ? ("hours" as const) : ("days" as const) };
  if (decider.case === "person") return { ...draft, who: "person", person: label(decider.value) };
  const seat = decider.value;
  const who = seat?.role === Role.DOMAIN_PO ? `po ${seat.domain}`.trim() : "chief";
  return { ...draft, who: decider.case === "deputy" ? `deputy ${who}` : who };
}

/** The table as drafts; `label` is how a person is typed. */
export function draftsOf(points: readonly EscalationPoint[], label: (person: string) => string): readonly PointDraft[] {
  return points.map((point) => ({
    key: next(),
    id: idOf(point.name),
    topics: point.topics,
    where: point.acrossDomains ? "across" : point.domain || "product",
    calendar: point.calendar,
    line: point.line.map((step) => stepDraft(step, label)),
  }));
}

function stepOf(step: StepDraft, find: (typed: string) => string | undefined): MessageInitShape<typeof EscalationStepSchema> {
  const count = /^\d{1,5}$/.test(step.count.trim()) ? Number(step.count) : 0;
  const answerTime = { length: step.unit === "hours" ? { case: "workingHours" as const, value: count } : { case: "workingDays" as const, value: count } };
  if (step.who === "person") return { decider: { case: "person", value: find(step.person) ?? step.person.trim() }, answerTime };
  const deputy = step.who.startsWith("deputy ");
  const [kind, domain = ""] = step.who.replace(/^deputy /, "").split(" ");
  const seat = { role: kind === "po" ? Role.DOMAIN_PO : Role.CHIEF_PO, domain };
  return { decider: { case: deputy ? "deputy" : "seat", value: seat }, answerTime };
}

/** An id for a point that has none: what it is about and where, `budget-offline`. */
function idFor({ topics, where }: PointDraft, taken: ReadonlySet<string>): string {
  const about = topics.length === TOPICS.length ? "all" : (Topic[topics[0] ?? Topic.UNSPECIFIED] ?? "point").toLowerCase();
  const place = where === "product" ? "product" : where === "across" ? "across" : idOf(where);
  const id = `${about}-${place}`.slice(0, 40);
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? id : `${id.slice(0, 36)}-${number}`;
    if (!taken.has(tried)) return tried;
  }
}

/** The drafts as they are sent; `find` is who is meant by what was typed. */
export function pointsOf(product: string, drafts: readonly PointDraft[], find: (typed: string) => string | undefined): MessageInitShape<typeof EscalationPointSchema>[] {
  const taken = new Set(drafts.map(({ id }) => id).filter(Boolean));
  return drafts.map((draft) => {
    const id = draft.id || idFor(draft, taken);
    taken.add(id);
    const { topics, domain, acrossDomains } = scopeOf(draft);
    return { name: `${product}/escalationPoints/${id}`, topics: [...topics], domain, acrossDomains, calendar: draft.calendar, line: draft.line.map((step) => stepOf(step, find)) };
  });
}
