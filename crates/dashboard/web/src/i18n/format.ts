/** Dates, times and numbers as the reader's language writes them. */

import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import type { Date as Day } from "../api/gen/google/type/date_pb";
import { language, locale } from "./language";

/** `25 November 2026, 14:05`, in the reader's own time zone. */
export function moment(time: Timestamp | Date | undefined): string {
  if (!time) return "";
  const date = time instanceof Date ? time : timestampDate(time);
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short" }).format(date);
}

/** `25 Nov 14:05`; with the year if it is not this one. */
export function shortMoment(time: Timestamp | Date | undefined, now = new Date()): string {
  if (!time) return "";
  const date = time instanceof Date ? time : timestampDate(time);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale(), year ? { ...options, year } : options).format(date);
}

/** `25 November 2026`: a day of the calendar. For the day of a moment there is `dayOfMoment`. */
export function day(value: Day | Date | undefined, style: "long" | "medium" | "short" = "medium"): string {
  if (!value) return "";
  const date = value instanceof Date ? value : dateOfDay(value);
  return new Intl.DateTimeFormat(locale(), { dateStyle: style, timeZone: "UTC" }).format(date);
}

/** The day that a moment falls on, `25 November 2026`, in the reader's own time zone. */
export function dayOfMoment(time: Timestamp | Date | undefined, style: "long" | "medium" | "short" = "medium"): string {
  if (!time) return "";
  const date = time instanceof Date ? time : timestampDate(time);
  return new Intl.DateTimeFormat(locale(), { dateStyle: style }).format(date);
}

/** A day of the calendar, as midnight in UTC: days have no time zone. */
export function dateOfDay(value: Day): Date {
  return new Date(Date.UTC(value.year, value.month - 1, value.day));
}

/** The other way round. */
export function dayOfDate(date: Date): { year: number; month: number; day: number } {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `Monday` for 0 to `Sunday` for 6. */
export function weekday(index: number, style: "long" | "short" = "long"): string {
  return new Intl.DateTimeFormat(locale(), { weekday: style, timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + index)));
}

/** `2026-11-25`, as fields of dates want it. */
export function isoDay(value: Day | undefined): string {
  if (!value) return "";
  const part = (number: number, width: number) => String(number).padStart(width, "0");
  return `${part(value.year, 4)}-${part(value.month, 2)}-${part(value.day, 2)}`;
}

/** The other way round; `undefined` for what is no day. */
export function dayOfIso(text: string): { year: number; month: number; day: number } | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return undefined;
  return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) };
}

/** Making one takes long, and long lists are full of numbers. */
const numbers = new Map<string, Intl.NumberFormat>();

/** `12,400`, at most two decimals. */
export function number(value: number | bigint): string {
  const habits = locale();
  const format = numbers.get(habits) ?? new Intl.NumberFormat(habits, { maximumFractionDigits: 2 });
  numbers.set(habits, format);
  return format.format(value);
}

/** `2,5`, as a field wants it: in the reader's way of writing, without marks between the thousands. */
export function typedNumber(value: number | bigint): string {
  return new Intl.NumberFormat(locale(), { useGrouping: false, maximumFractionDigits: 20 }).format(value);
}

/** `1.4 GB` of bytes. */
export function size(bytes: number | bigint): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(Number(bytes), 1)) / 3), units.length - 1);
  const options: Intl.NumberFormatOptions = { style: "unit", unit: units[power] ?? "byte", unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locale(), options).format(Number(bytes) / 1_000 ** power);
}

/** `a, b and c`. */
export function list(values: readonly string[], type: "conjunction" | "disjunction" = "conjunction"): string {
  return new Intl.ListFormat(locale(), { type }).format(values);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** From one day of the reader's calendar to another. */
function calendarDays(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (midnight(to) - midnight(from)) / 86_400_000;
}

/** `in 3 hours`, `2 days ago`, `now`. */
export function distance(time: Timestamp | Date, now: Date): string {
  const date = time instanceof Date ? time : timestampDate(time);
  const seconds = (date.getTime() - now.getTime()) / 1_000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) < length) continue;
    // "Tomorrow" is the next day of the calendar, and not what is more than 24 hours away.
    return format.format(unit === "day" ? calendarDays(now, date) : Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}
