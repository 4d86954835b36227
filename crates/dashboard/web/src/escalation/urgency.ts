/** Which escalation is the most urgent one, and how far away its time is. Knows no React. */

import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Escalation, EscalationState, type EscalationTurn } from "../api/gen/koepel/v1/escalation_pb";

/** What its clock says. */
export type Clock =
  /** It waits for nothing: it is closed. */
  | { readonly kind: "closed" }
  /** Nobody is there who could decide. */
  | { readonly kind: "nobody" }
  | { readonly kind: "overdue"; readonly dueMs: number }
  /** Less than four hours are left. */
  | { readonly kind: "soon"; readonly dueMs: number }
  | { readonly kind: "later"; readonly dueMs: number };

const SOON_MS = 4 * 3_600_000;

/** Whose turn it is. */
export function turnOf(escalation: Escalation): EscalationTurn | undefined {
  return escalation.turn > 0 ? escalation.line[escalation.turn - 1] : undefined;
}

/** Who comes after them. */
export function nextOf(escalation: Escalation): EscalationTurn | undefined {
  return escalation.turn > 0 ? escalation.line[escalation.turn] : undefined;
}

export function clockOf(escalation: Escalation, nowMs: number): Clock {
  if (escalation.state !== EscalationState.OPEN) return { kind: "closed" };
  const due = escalation.dueTime ?? turnOf(escalation)?.dueTime;
  if (!due) return { kind: "nobody" };
  const dueMs = timestampMs(due);
  if (escalation.overdue || dueMs <= nowMs) return { kind: "overdue", dueMs };
  return { kind: dueMs - nowMs < SOON_MS ? "soon" : "later", dueMs };
}

/** Whether it waits for this person. */
export function waitsFor(escalation: Escalation, person: string): boolean {
  return person !== "" && escalation.state === EscalationState.OPEN && escalation.deciders.includes(person);
}

const RANK: Readonly<Record<Clock["kind"], number>> = { overdue: 0, soon: 1, later: 1, nobody: 2, closed: 3 };

/** The most urgent first: what is overdue, then by when it is due, then what waits for nobody, then what is closed, the last raised first. */
export function byUrgency(escalations: readonly Escalation[], nowMs: number): readonly Escalation[] {
  const timed = escalations.map((escalation) => ({ escalation, clock: clockOf(escalation, nowMs) }));
  timed.sort((a, b) => {
    if (RANK[a.clock.kind] !== RANK[b.clock.kind]) return RANK[a.clock.kind] - RANK[b.clock.kind];
    if ("dueMs" in a.clock && "dueMs" in b.clock && a.clock.dueMs !== b.clock.dueMs) return a.clock.dueMs - b.clock.dueMs;
    const later = b.escalation.raiseVersion - a.escalation.raiseVersion;
    return later > 0n ? 1 : later < 0n ? -1 : 0;
  });
  return timed.map(({ escalation }) => escalation);
}
