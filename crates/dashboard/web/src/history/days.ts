/** The days of a product's life, as a slider has them: the first, one for each day, and now. Knows no page. */

/** From the day a product was made to today, by the reader's own clock. Days are written `2026-11-25`. */
export interface Life {
  readonly first: string;
  readonly today: string;
  /** Days from the first to today: the position of now. */
  readonly length: number;
}

const DAY_MS = 86_400_000;
const WEEK = 7;

/** The day that it is at a moment, by the reader's clock. */
export function dayOf(moment: Date): string {
  const part = (number: number, width: number) => String(number).padStart(width, "0");
  return `${part(moment.getFullYear(), 4)}-${part(moment.getMonth() + 1, 2)}-${part(moment.getDate(), 2)}`;
}

/** So many days later; earlier if it is less than nothing. */
export function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days the second is later than the first. */
export function daysBetween(first: string, second: string): number {
  return Math.round((Date.parse(second) - Date.parse(first)) / DAY_MS);
}

export function lifeOf(made: Date, now: Date): Life {
  const today = dayOf(now);
  const first = dayOf(made) < today ? dayOf(made) : today;
  return { first, today, length: daysBetween(first, today) };
}

/** The day at a position; `undefined` at the last one, which is now. */
export function dayAt(life: Life, position: number): string | undefined {
  if (position >= life.length) return undefined;
  return shifted(life.first, Math.max(0, Math.trunc(position)));
}

/** The other way round: days outside of the life are at its ends. */
export function positionOf(life: Life, day: string | undefined): number {
  if (day === undefined) return life.length;
  return Math.min(life.length, Math.max(0, daysBetween(life.first, day)));
}

/** Where a key of the slider leads; `undefined` for keys that mean nothing to it. */
export function movedBy(life: Life, position: number, key: string): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -WEEK,
    PageUp: WEEK,
    Home: -life.length,
    End: life.length,
  };
  const step = steps[key];
  if (step === undefined) return undefined;
  return Math.min(life.length, Math.max(0, position + step));
}

/** Whether a day can be asked for: the product existed at its end, and it is over. */
export function isOffered(life: Life, day: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && day >= life.first && day < life.today;
}
