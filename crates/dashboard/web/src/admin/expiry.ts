/** For how long a link, a token or an invitation is to hold: a few usual lengths, and any last day. */

/** Days that are offered for each. The first is what it is unless somebody chooses. */
export const EXPIRIES = {
  link: [30, 7, 90, 366],
  token: [90, 30, 366, 0],
  invitation: [7, 1, 30],
} as const;
export type Expiring = keyof typeof EXPIRIES;

/** The longest, in days; 0 where it need not end. */
export const LONGEST = { link: 366, token: 0, invitation: 30 } as const;

const DAY_MS = 86_400_000;

/** When something ends that is to hold so many days from now; `undefined` for 0: never. */
export function endAfter(days: number, now: Date): Date | undefined {
  // A moment less than the longest, which the server takes no second more of.
  return days === 0 ? undefined : new Date(now.getTime() + days * DAY_MS - 60_000);
}

/** The end of a day of the reader's own calendar, `2026-12-24`; `undefined` if it is no day, or over. */
export function endOfDay(iso: string, now: Date): Date | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!found) return undefined;
  const end = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + 1);
  return end > now ? new Date(end.getTime() - 1_000) : undefined;
}

/** Whether it may end then: later than now, and not later than the longest. */
export function mayEnd(what: Expiring, end: Date | undefined, now: Date): boolean {
  if (!end) return LONGEST[what] === 0;
  return end > now && (LONGEST[what] === 0 || end.getTime() - now.getTime() <= LONGEST[what] * DAY_MS);
}
