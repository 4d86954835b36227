import fc from "fast-check";
import { expect, test } from "vitest";
import { ticksOf, type Unit, unitsOf } from "./ticks";

test("divisions cover what is shown, without a gap and without an overlap", () => {
  const anyUnit = fc.constantFrom<Unit>("week", "month", "quarter", "year");
  fc.assert(
    fc.property(anyUnit, fc.integer({ min: 0, max: 80_000 }), fc.integer({ min: 1, max: 3_000 }), fc.double({ min: 0.01, max: 12, noNaN: true }), (unit, from, length, scale) => {
      const ticks = ticksOf(unit, { from, to: from + length }, scale);
      expect(ticks[0]?.from).toBeLessThanOrEqual(from);
      expect(ticks.at(-1)?.to).toBeGreaterThanOrEqual(from + length);
      ticks.slice(1).forEach((tick, index) => expect(tick.from).toBe(ticks[index]?.to));
      for (const tick of ticks) expect(tick.to).toBeGreaterThan(tick.from);
    }),
  );
});

test("the nearer one looks, the finer the divisions", () => {
  expect([8, 2, 0.5, 0.1].map(unitsOf)).toEqual([
    ["month", "week"],
    ["quarter", "month"],
    ["year", "quarter"],
    ["year", undefined],
  ]);
});
