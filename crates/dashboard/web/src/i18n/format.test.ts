import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { afterEach, expect, test } from "vitest";
import { choose } from "./language";
import { day, dayOfIso, dayOfMoment, distance, isoDay, list, number, typedNumber } from "./format";
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

test("numbers go to fields as the reader writes them", () => {
  const check = (language: "en" | "da" | "nl", value: number | bigint, expected: string) => {
    choose(language);
    expect(typedNumber(value)).toBe(expected);
  };
  check("en", 2.5, "2.5");
  check("da", 2.5, "2,5");
  check("nl", 2.5, "2,5");
  check("da", 12_400, "12400");
  check("nl", 9_223_372_036_854_775_807n, "9223372036854775807");
});

test("days go to fields and back", () => {
  expect(isoDay(november)).toBe("2026-11-05");
  expect(dayOfIso("2026-11-05")).toEqual({ year: 2026, month: 11, day: 5 });
  expect(dayOfIso("5.11.2026")).toBeUndefined();
});

const zone = process.env["TZ"];
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

test("a moment falls on a day of the reader's own calendar", () => {
  choose("en");
  const check = (timeZone: string, time: string, expected: string) => {
    process.env["TZ"] = timeZone;
    expect(dayOfMoment(timestampFromDate(new Date(time)), "long"), timeZone).toBe(expected);
  };
  // Half an hour after midnight in Copenhagen.
  check("Europe/Copenhagen", "2026-11-28T23:30:00Z", "29 November 2026");
  check("UTC", "2026-11-28T23:30:00Z", "28 November 2026");
  check("America/New_York", "2026-11-29T03:00:00Z", "28 November 2026");
  expect(dayOfMoment(undefined)).toBe("");
  // A day of the calendar is the same everywhere.
  process.env["TZ"] = "America/New_York";
  expect(day(november, "long")).toBe("5 November 2026");
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
