/** The hours of a week, as people type them and as they go over the wire; and how they are told in few words. */

import { create } from "@bufbuild/protobuf";
import { type WeekHours, WeekHoursSchema } from "../api/gen/koepel/v1/escalation_point_pb";

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type WeekDay = (typeof DAYS)[number];

/** What stands in the field of each day: `09:00-12:00, 13:00-17:00`; empty for closed. */
export type WeekText = Readonly<Record<WeekDay, string>>;

export const CLOSED: WeekText = { monday: "", tuesday: "", wednesday: "", thursday: "", friday: "", saturday: "", sunday: "" };

/** What may be wrong with the hours of a day. */
export type HoursWrong = "form" | "order" | "many";

const MOST_SPANS = 8;

function clock(text: string): number | undefined {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text);
  if (!found) return undefined;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
  return minutes < 60 && hours * 60 + minutes <= 1_440 ? hours * 60 + minutes : undefined;
}

const written = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Reads the hours of a day, also as `9-12:30, 13-17`. */
export function hoursOf(text: string): { readonly hours: string[] } | { readonly wrong: HoursWrong } {
  const hours: string[] = [];
  let before = -1;
  for (const part of text.split(/[,;]/).map((one) => one.trim()).filter(Boolean)) {
    const [from, to, ...more] = part.split(/\s*[-–—]\s*/).map(clock);
    if (from === undefined || to === undefined || more.length > 0) return { wrong: "form" };
    if (from >= to || from < before) return { wrong: "order" };
    before = to;
    hours.push(`${written(from)}-${written(to)}`);
  }
  return hours.length > MOST_SPANS ? { wrong: "many" } : { hours };
}

/** The hours of a day as they are typed. */
export function hoursText(hours: readonly string[]): string {
  return hours.join(", ");
}

export function textOf(week: WeekHours | undefined): WeekText {
  if (!week) return CLOSED;
  return Object.fromEntries(DAYS.map((day) => [day, hoursText(week[day])])) as Record<WeekDay, string>;
}

/** The other way round; or what is wrong with which day. */
export function weekOf(text: WeekText): { readonly week: WeekHours } | { readonly wrong: ReadonlyMap<WeekDay, HoursWrong> } {
  const week = create(WeekHoursSchema);
  const wrong = new Map<WeekDay, HoursWrong>();
  for (const day of DAYS) {
    const read = hoursOf(text[day]);
    if ("wrong" in read) wrong.set(day, read.wrong);
    else week[day] = read.hours;
  }
  return wrong.size > 0 ? { wrong } : { week };
}

/** Days in a row with the same hours. */
export interface Run {
  /** 0 for Monday. */
  readonly from: number;
  readonly to: number;
  readonly hours: readonly string[];
}

/** The days with hours, those in a row with the same hours together. */
export function runsOf(week: WeekHours | undefined): readonly Run[] {
  const runs: { from: number; to: number; hours: readonly string[] }[] = [];
  if (!week) return runs;
  for (const [index, day] of DAYS.entries()) {
    const hours = week[day];
    const last = runs.at(-1);
    if (hours.length === 0) continue;
    if (last && last.to === index - 1 && hoursText(last.hours) === hoursText(hours)) last.to = index;
    else runs.push({ from: index, to: index, hours });
  }
  return runs;
}
