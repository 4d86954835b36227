/** What the server found wrong with a field of a form. */

import { refusalOf } from "../api/refusal";

/** The first of these fields that something is wrong with, in the server's words. */
export function wrongOf(thrown: unknown, ...fields: readonly string[]): string | undefined {
  if (!thrown) return undefined;
  const wrong = refusalOf(thrown).fields;
  for (const field of fields) {
    const said = wrong.get(field);
    if (said) return said;
  }
  return undefined;
}

/** Whether somebody changed meanwhile what was being edited. */
export function isStale(thrown: unknown): boolean {
  return Boolean(thrown) && refusalOf(thrown).reason === "STALE";
}
