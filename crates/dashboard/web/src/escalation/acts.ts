/** What a reader may do with an escalation, and why not. The server decides; this offers nothing that it would refuse. */

import { type Escalation, EscalationState } from "../api/gen/koepel/v1/escalation_pb";

export interface Acts {
  readonly decide: boolean;
  readonly acknowledge: boolean;
  readonly withdraw: boolean;
  readonly reopen: boolean;
  readonly comment: boolean;
  /** Why they do not decide an open one. */
  readonly notMine: "raised" | "party" | "notInLine" | "turn" | undefined;
}

export interface Reader {
  /** `people/p-1`; empty for whoever has no name here. */
  readonly person: string;
  /** The domains whose PO they are, or stand in for. */
  readonly domains: readonly string[];
  readonly mayComment: boolean;
  /** What others raised. */
  readonly mayReopen: boolean;
  readonly readOnly: boolean;
}

export function actsOf(escalation: Escalation, reader: Reader): Acts {
  const open = escalation.state === EscalationState.OPEN;
  const known = reader.person !== "" && !reader.readOnly;
  const decider = known && open && escalation.deciders.includes(reader.person);
  const raiser = known && escalation.raisedBy === reader.person;
  return {
    decide: decider,
    acknowledge: decider && escalation.acknowledgedBy === "",
    withdraw: raiser && open,
    reopen: known && !open && (raiser || reader.mayReopen),
    comment: known && reader.mayComment,
    notMine: open && !decider ? whyNot(escalation, reader) : undefined,
  };
}

/** Why a form that was begun cannot be sent any more. */
export type Lost = "withdrawn" | "decided" | "open" | "others" | "mandate";

export function lostOf(form: "decide" | "withdraw" | "reopen", escalation: Escalation, acts: Acts): Lost | undefined {
  if (acts[form]) return undefined;
  switch (escalation.state) {
    case EscalationState.WITHDRAWN:
      return form === "reopen" ? "mandate" : "withdrawn";
    case EscalationState.DECIDED:
      return form === "reopen" ? "mandate" : "decided";
    default:
      if (form === "reopen") return "open";
      return form === "decide" ? "others" : "mandate";
  }
}

function whyNot(escalation: Escalation, { person, domains }: Reader): Acts["notMine"] {
  if (person !== "" && escalation.raisedBy === person) return "raised";
  if (escalation.turn === 0) return "turn";
  if (escalation.domains.length > 1 && escalation.domains.some((domain) => domains.includes(domain))) return "party";
  return "notInLine";
}
