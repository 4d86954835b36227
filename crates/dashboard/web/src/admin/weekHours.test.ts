import fc from "fast-check";
import { expect, test } from "vitest";
import { CLOSED, DAYS, hoursOf, hoursText, runsOf, textOf, weekOf } from "./weekHours";

test("hours as people type them", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["", { hours: [] }],
    ["9-17", { hours: ["09:00-17:00"] }],
    ["09.00 – 12:30; 13-24", { hours: ["09:00-12:30", "13:00-24:00"] }],
    ["9-12, 12-17", { hours: ["09:00-12:00", "12:00-17:00"] }],
    ["17-9", { wrong: "order" }],
    ["9-12, 11-17", { wrong: "order" }],
    ["9", { wrong: "form" }],
    ["9-25", { wrong: "form" }],
    ["nine to five", { wrong: "form" }],
    [Array.from({ length: 9 }, (_, hour) => `${hour}-${hour + 1}`).join(","), { wrong: "many" }],
  ];
  for (const [typed, read] of cases) expect(hoursOf(typed), typed).toEqual(read);
});

test("what is written is read as the same", () => {
  const day = fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { maxLength: 16 }).map((minutes) => {
    const sorted = minutes.sort((a, b) => a - b);
    const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, span) => `${clock(sorted[2 * span] ?? 0)}-${clock(sorted[2 * span + 1] ?? 0)}`);
  });
  fc.assert(
    fc.property(day, (hours) => {
      expect(hoursOf(hoursText(hours))).toEqual({ hours });
    }),
  );
});

test("a week goes there and back", () => {
  const text = { ...CLOSED, monday: "09:00-17:00", friday: "09:00-12:00, 13:00-15:00" };
  const read = weekOf(text);
  expect("week" in read && textOf(read.week)).toEqual(text);
});

test("each day that is wrong is told", () => {
  const read = weekOf({ ...CLOSED, tuesday: "x", sunday: "10-9" });
  expect("wrong" in read && [...read.wrong]).toEqual([
    ["tuesday", "form"],
    ["sunday", "order"],
  ]);
});

test("days in a row with the same hours are told together", () => {
  const work = { ...Object.fromEntries(DAYS.slice(0, 4).map((day) => [day, "9-17"])), friday: "9-15", saturday: "", sunday: "9-15" };
  const read = weekOf({ ...CLOSED, ...work });
  expect("week" in read && runsOf(read.week)).toEqual([
    { from: 0, to: 3, hours: ["09:00-17:00"] },
    { from: 4, to: 4, hours: ["09:00-15:00"] },
    { from: 6, to: 6, hours: ["09:00-15:00"] },
  ]);
});
