/**
 * The time by the server's clock, as its answers tell it: a browser whose clock is wrong must not call something overdue that is
 * not. A small difference counts as none, because an answer tells whole seconds and has been on its way.
 */

const SMALL_MS = 20_000;

let aheadMs = 0;

/** By how much the server's clock is ahead of ours. */
export function difference(date: string | null, nowMs: number): number | undefined {
  const told = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(told)) return undefined;
  const ahead = told + 500 - nowMs;
  return Math.abs(ahead) < SMALL_MS ? 0 : ahead;
}

/** Learns it from the `date` of an answer. */
export function learnTime(date: string | null): void {
  aheadMs = difference(date, Date.now()) ?? aheadMs;
}

/** Now, by the server's clock. */
export function serverNow(): Date {
  return new Date(Date.now() + aheadMs);
}
