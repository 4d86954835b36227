/**
 * Who will probably decide something, before it is raised: the first of the line of the escalation point that holds for it
 * who is not a party to it. A forecast for the form: the server computes the line when the escalation is raised.
 */

import type { Topic } from "../api/gen/koepel/v1/common_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import type { EscalationPoint, EscalationStep } from "../api/gen/koepel/v1/escalation_point_pb";

export interface Route {
  readonly line: readonly EscalationStep[];
  /** Empty for the default one. */
  readonly calendar: string;
}

/** The most specific point: of the one domain, or across domains; else of the whole product; else the default. */
export function routeOf(points: readonly EscalationPoint[], defaultLine: readonly EscalationStep[], topic: Topic, domains: readonly string[]): Route {
  const about = points.filter((point) => point.topics.includes(topic));
  const only = domains.length === 1 ? domains[0] : undefined;
  const point =
    about.find((one) => (only ? one.domain === only : one.acrossDomains)) ?? about.find((one) => !one.domain && !one.acrossDomains);
  return point ? { line: point.line, calendar: point.calendar } : { line: defaultLine, calendar: "" };
}

/** Who is who, as far as lines are concerned. */
export interface Seats {
  readonly chiefPo: string;
  readonly chiefPoDeputy: string;
  readonly domain: (name: string) => { readonly domainPo: string; readonly deputy: string } | undefined;
}

/** Who sits there: several only where a domain's PO means that of each domain concerned. */
export function peopleOf(step: EscalationStep, seats: Seats, domains: readonly string[]): readonly string[] {
  const { decider } = step;
  if (decider.case === "person") return [decider.value];
  if (!decider.case) return [];
  const deputy = decider.case === "deputy";
  if (decider.value.role === Role.CHIEF_PO) return [deputy ? seats.chiefPoDeputy : seats.chiefPo].filter(Boolean);
  const of = decider.value.domain ? [decider.value.domain] : domains;
  return of.flatMap((name) => {
    const domain = seats.domain(name);
    const person = deputy ? domain?.deputy : domain?.domainPo;
    return person ? [person] : [];
  });
}

export interface First {
  readonly step: EscalationStep;
  readonly people: readonly string[];
}

/** The first in line who may decide: not the raiser, and between several domains not their POs, nor who stands in for them. */
export function firstOf(route: Route, seats: Seats, domains: readonly string[], raiser: string): First | undefined {
  const parties = new Set([raiser]);
  if (domains.length > 1) {
    for (const name of domains) {
      const domain = seats.domain(name);
      if (domain?.domainPo) parties.add(domain.domainPo);
      if (domain?.deputy) parties.add(domain.deputy);
    }
  }
  for (const step of route.line) {
    const people = peopleOf(step, seats, domains).filter((person) => !parties.has(person));
    if (people.length > 0) return { step, people };
  }
  return undefined;
}
