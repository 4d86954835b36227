/** Days as whole numbers, counted from 1 January 1970, so that they can be added and drawn. Knows no time zones and no words. */

const DAY_MS = 86_400_000;

export interface YearMonthDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function numberOf(day: YearMonthDay): number {
  return Math.round(Date.UTC(day.year, day.month - 1, day.day) / DAY_MS);
}

export function dateOf(number: number): Date {
  return new Date(number * DAY_MS);
}

export function dayOf(number: number): YearMonthDay {
  const date = dateOf(number);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The day that it is, by the reader's own clock. */
export function todayOf(now: Date): number {
  return numberOf({ year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() });
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(number: number): number {
  return ((((number + 3) % 7) + 7) % 7) + 1;
}

export function mondayOf(number: number): number {
  return number - weekdayOf(number) + 1;
}

/** The number of the week as ISO 8601 counts: the first one is that with the year's first Thursday. */
export function weekOf(number: number): number {
  const thursday = mondayOf(number) + 3;
  const year = dateOf(thursday).getUTCFullYear();
  return Math.floor((thursday - numberOf({ year, month: 1, day: 1 })) / 7) + 1;
}

/** The first day of the month that is so many months after that of a day. */
export function monthOf(number: number, after = 0): number {
  const date = dateOf(number);
  return Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + after, 1) / DAY_MS);
}

/** The first day of a day's quarter, or of one so many quarters later. */
export function quarterOf(number: number, after = 0): number {
  const month = dateOf(number).getUTCMonth();
  return monthOf(number, after * 3 - (month % 3));
}

/** How far something went, in whole weeks and days beyond them. Both have the sign of the way: later is more. */
export function weeksAndDays(days: number): { weeks: number; days: number } {
  return { weeks: Math.trunc(days / 7), days: days % 7 };
}
