/** When something is planned, as a page shows and changes it: days or a horizon. Knows the message and no React. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Horizon, type When, type WhenSchema } from "../api/gen/koepel/v1/roadmap_pb";
import { dayOf, mondayOf, numberOf } from "./days";

/** From a day to a day, both included. One of them may be missing. */
export interface Span {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

export type Planned = ({ readonly kind: "dates" } & Span) | { readonly kind: "horizon"; readonly horizon: Horizon };

export function plannedOf(when: When | undefined): Planned {
  if (when?.at.case === "dates") {
    const { start, end } = when.at.value;
    if (start || end) return { kind: "dates", start: start && numberOf(start), end: end && numberOf(end) };
  }
  return { kind: "horizon", horizon: when?.at.case === "horizon" ? when.at.value : Horizon.LATER };
}

/** The other way round, for a command. */
export function whenOf(planned: Planned): MessageInitShape<typeof WhenSchema> {
  if (planned.kind === "horizon") return { at: { case: "horizon", value: planned.horizon } };
  const { start, end } = planned;
  return {
    at: {
      case: "dates",
      value: { ...(start === undefined ? {} : { start: dayOf(start) }), ...(end === undefined ? {} : { end: dayOf(end) }) },
    },
  };
}

export function samePlanned(a: Planned, b: Planned): boolean {
  if (a.kind === "dates") return b.kind === "dates" && a.start === b.start && a.end === b.end;
  return b.kind === "horizon" && a.horizon === b.horizon;
}

/** What of a bar is taken hold of. */
export type Grip = "whole" | "start" | "end";

/** How far a pull goes that ends after so many days: to a day, or to a week where days are too narrow to be meant. */
export function pulled(span: Span, grip: Grip, days: number, byWeeks: boolean): Span {
  const { start, end } = span;
  if (grip === "whole") {
    const by = byWeeks ? Math.round(days / 7) * 7 : Math.round(days);
    return { start: start === undefined ? start : start + by, end: end === undefined ? end : end + by };
  }
  const by = Math.round(days);
  if (by === 0) return span;
  if (grip === "start") {
    if (start === undefined) return span;
    const to = byWeeks ? mondayOf(start + by + 3) : start + by;
    return { start: end === undefined ? to : Math.min(to, end), end };
  }
  if (end === undefined) return span;
  const to = byWeeks ? mondayOf(end + by + 4) - 1 : end + by;
  return { start, end: start === undefined ? to : Math.max(to, start) };
}

/** How far the end went; the start if there is no end on one side; nothing if that cannot be said. */
export function wayOf(from: Planned, to: Planned): number | undefined {
  if (from.kind !== "dates" || to.kind !== "dates") return undefined;
  if (from.end !== undefined && to.end !== undefined) return to.end - from.end || (to.start ?? 0) - (from.start ?? to.start ?? 0);
  if (from.start !== undefined && to.start !== undefined) return to.start - from.start;
  return undefined;
}

/** How far the end slipped, in days; 0 if it did not or cannot be said. */
export function slip(from: Planned, to: Planned): number {
  if (from.kind !== "dates" || to.kind !== "dates") return 0;
  const [before, after] = [from.end ?? from.start, to.end ?? to.start];
  return before === undefined || after === undefined ? 0 : Math.max(0, after - before);
}
