/** When to ask for what is work, while news keeps coming. */

/** Comparing is work: it is asked for again when news has come to rest for so long, and at the latest after so long. */
const REST_MS = 4_000;
const MOST_MS = 30_000;

/** How long to wait for more news, when the first that was not looked at came then. */
export function restOf(sinceMs: number, nowMs: number): number {
  return Math.max(0, Math.min(REST_MS, sinceMs + MOST_MS - nowMs));
}
