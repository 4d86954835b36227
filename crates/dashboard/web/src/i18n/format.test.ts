import { expect, test } from "vitest";
import { choose } from "./language";
import { day, dayOfIso, distance, isoDay, list, number } from "./format";
import type { Date as Day } from "../api/gen/google/type/date_pb";

const november = { year: 2026, month: 11, day: 5 } as Day;

test("each language writes days and numbers its own way", () => {
  const written = (["en", "da", "nl"] as const).map((language) => {
    choose(language);
    return [day(november, "long"), number(12_400.5), list(["a", "b", "c"])];
  });
  expect(written).toEqual([
    ["5 November 2026", "12,400.5", "a, b and c"],
    ["5. november 2026", "12.400,5", "a, b og c"],
    ["5 november 2026", "12.400,5", "a, b en c"],
  ]);
});

test("days go to fields and back", () => {
  expect(isoDay(november)).toBe("2026-11-05");
  expect(dayOfIso("2026-11-05")).toEqual({ year: 2026, month: 11, day: 5 });
  expect(dayOfIso("5.11.2026")).toBeUndefined();
});

test("how far away a moment is", () => {
  choose("en");
  const now = new Date("2026-11-29T12:00:00Z");
  const check = (time: string, expected: string) => expect(distance(new Date(time), now)).toBe(expected);
  check("2026-11-29T15:10:00Z", "in 3 hours");
  check("2026-11-28T12:00:00Z", "yesterday");
  check("2026-11-29T12:00:20Z", "now");
  check("2026-11-29T11:30:00Z", "30 minutes ago");
  check("2026-12-01T11:50:00Z", "in 2 days");
});
