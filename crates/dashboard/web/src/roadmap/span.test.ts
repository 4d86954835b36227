import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Horizon, WhenSchema } from "../api/gen/koepel/v1/roadmap_pb";
import { weekdayOf } from "./days";
import { plannedOf, type Planned, pulled, samePlanned, slip, wayOf, whenOf } from "./span";

const anyDay = fc.integer({ min: 10_000, max: 40_000 });
const anySpan = fc.tuple(anyDay, fc.integer({ min: 0, max: 400 })).map(([start, length]) => ({ start, end: start + length }));
const anyPull = fc.integer({ min: -800, max: 800 });

test("what is planned goes to the server and comes back", () => {
  const planned: Planned[] = [
    { kind: "dates", start: 20_000, end: 20_100 },
    { kind: "dates", start: 20_000, end: undefined },
    { kind: "dates", start: undefined, end: 20_100 },
    { kind: "horizon", horizon: Horizon.NEXT },
  ];
  for (const one of planned) expect(samePlanned(plannedOf(create(WhenSchema, whenOf(one))), one)).toBe(true);
  expect(plannedOf(undefined)).toEqual({ kind: "horizon", horizon: Horizon.LATER });
});

test("a bar that is moved keeps its length, and its days of the week when it goes by weeks", () => {
  fc.assert(
    fc.property(anySpan, anyPull, fc.boolean(), (span, days, byWeeks) => {
      const to = pulled(span, "whole", days, byWeeks);
      expect((to.end ?? 0) - (to.start ?? 0)).toBe(span.end - span.start);
      if (byWeeks) expect(weekdayOf(to.start ?? 0)).toBe(weekdayOf(span.start));
      else expect((to.start ?? 0) - span.start).toBe(days);
    }),
  );
});

test("an end that is pulled never passes the other, and leaves it where it is", () => {
  fc.assert(
    fc.property(anySpan, anyPull, fc.boolean(), (span, days, byWeeks) => {
      const start = pulled(span, "start", days, byWeeks);
      expect(start.end).toBe(span.end);
      expect(start.start).toBeLessThanOrEqual(span.end);
      const end = pulled(span, "end", days, byWeeks);
      expect(end.start).toBe(span.start);
      expect(end.end).toBeGreaterThanOrEqual(span.start);
    }),
  );
});

test("what has no such end is not pulled by it", () => {
  const open = { start: 20_000, end: undefined };
  expect(pulled(open, "end", 30, false)).toEqual(open);
  expect(pulled(open, "whole", 30, false)).toEqual({ start: 20_030, end: undefined });
});

test("the way that a plan went", () => {
  const dates = (start: number | undefined, end: number | undefined): Planned => ({ kind: "dates", start, end });
  const later: Planned = { kind: "horizon", horizon: Horizon.LATER };
  expect(wayOf(dates(10, 20), dates(17, 27))).toBe(7);
  expect(wayOf(dates(10, 20), dates(13, 20))).toBe(3);
  expect(wayOf(dates(10, undefined), dates(3, 20))).toBe(-7);
  expect(wayOf(dates(10, 20), later)).toBeUndefined();
  expect(slip(dates(10, 20), dates(10, 34))).toBe(14);
  expect(slip(dates(10, 20), dates(10, 14))).toBe(0);
  expect(slip(later, dates(10, 14))).toBe(0);
});
