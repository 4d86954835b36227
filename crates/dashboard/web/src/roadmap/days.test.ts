import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, mondayOf, monthOf, numberOf, quarterOf, weekdayOf, weekOf, weeksAndDays } from "./days";

const anyDay = fc.integer({ min: 0, max: 84_000 });

test("days go to numbers and back", () => {
  fc.assert(
    fc.property(anyDay, (number) => {
      expect(numberOf(dayOf(number))).toBe(number);
    }),
  );
  expect(numberOf({ year: 1970, month: 1, day: 1 })).toBe(0);
});

test("weeks are counted as ISO 8601 does", () => {
  const check = (iso: string, weekday: number, week: number) => {
    const [year = 0, month = 0, day = 0] = iso.split("-").map(Number);
    const number = numberOf({ year, month, day });
    expect([weekdayOf(number), weekOf(number)], iso).toEqual([weekday, week]);
  };
  check("2026-11-29", 7, 48);
  check("2026-11-30", 1, 49);
  check("2026-12-31", 4, 53);
  check("2027-01-03", 7, 53);
  check("2027-01-04", 1, 1);
  check("2024-12-30", 1, 1);
});

test("a week's days have its number, and begin on a Monday", () => {
  fc.assert(
    fc.property(anyDay, (number) => {
      const monday = mondayOf(number);
      expect(weekdayOf(monday)).toBe(1);
      expect(number - monday).toBeLessThan(7);
      expect(weekOf(monday)).toBe(weekOf(number));
    }),
  );
});

test("months and quarters begin on a first day", () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -8, max: 8 }), (number, after) => {
      expect(dayOf(monthOf(number, after)).day).toBe(1);
      expect([1, 4, 7, 10]).toContain(dayOf(quarterOf(number, after)).month);
    }),
  );
  expect(dayOf(quarterOf(numberOf({ year: 2026, month: 11, day: 29 }), 1))).toEqual({ year: 2027, month: 1, day: 1 });
});

test("a way is told in weeks and days", () => {
  expect(weeksAndDays(17)).toEqual({ weeks: 2, days: 3 });
  expect(weeksAndDays(-8)).toEqual({ weeks: -1, days: -1 });
});
