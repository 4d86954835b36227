/** The divisions along the top of a timeline: the finer, the more pixels a day has. Numbers alone, no words. */

import { dateOf, mondayOf, monthOf, quarterOf } from "./days";
import type { Piece } from "./layout";

export type Unit = "week" | "month" | "quarter" | "year";

export interface Tick extends Piece {
  readonly unit: Unit;
}

/** The units of the two lines of a timeline, the coarse one first. */
export function unitsOf(scale: number): readonly [Unit, Unit | undefined] {
  if (scale >= 5) return ["month", "week"];
  if (scale >= 1.2) return ["quarter", "month"];
  if (scale >= 0.35) return ["year", "quarter"];
  return ["year", undefined];
}

function next(unit: Unit, day: number, years: number): number {
  switch (unit) {
    case "week":
      return day + 7;
    case "month":
      return monthOf(day, 1);
    case "quarter":
      return quarterOf(day, 1);
    case "year":
      return monthOf(day, 12 * years);
  }
}

function first(unit: Unit, day: number, years: number): number {
  switch (unit) {
    case "week":
      return mondayOf(day);
    case "month":
      return monthOf(day);
    case "quarter":
      return quarterOf(day);
    case "year": {
      const date = dateOf(day);
      return monthOf(day, -date.getUTCMonth() - 12 * (date.getUTCFullYear() % years));
    }
  }
}

/** The divisions of a unit that touch these days, without a gap. Years that are too narrow for their number go together. */
export function ticksOf(unit: Unit, over: Piece, scale: number): readonly Tick[] {
  const years = unit !== "year" || scale * 365 >= 40 ? 1 : scale * 365 >= 10 ? 5 : 10;
  const ticks: Tick[] = [];
  for (let from = first(unit, over.from, years); from < over.to; ) {
    const to = next(unit, from, years);
    ticks.push({ unit, from, to });
    from = to;
  }
  return ticks;
}
