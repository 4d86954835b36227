/** Finding whom somebody means: by the name, as it is suggested, or by the id. Knows no calls. */

import { idOf } from "../api/names";

/** Somebody who is known here. */
export interface Known {
  /** `people/p-7f3a`. */
  readonly name: string;
  readonly displayName: string;
}

/** `Hanna Visser (p-7f3a)`, as it is suggested. */
export function labelOf({ name, displayName }: Known): string {
  return displayName ? `${displayName} (${idOf(name)})` : idOf(name);
}

/** `people/p-7f3a` of what was typed; `undefined` if nobody, or more than one, can be meant. */
export function personOf(typed: string, known: readonly Known[]): string | undefined {
  const text = typed.trim();
  const wanted = text.toLocaleLowerCase();
  if (!wanted) return undefined;
  const suggested = known.find((one) => labelOf(one).toLocaleLowerCase() === wanted);
  if (suggested) return suggested.name;
  const named = known.filter((one) => one.displayName.toLocaleLowerCase() === wanted);
  if (named.length === 1) return named[0]?.name;
  if (named.length > 1) return undefined;
  const id = wanted.replace(/^people\//, "");
  return /^[a-z][a-z0-9-]{0,39}$/.test(id) ? `people/${id}` : undefined;
}

/** Each once, the named ones by their names first. */
export function merged(...lists: readonly (readonly Known[])[]): readonly Known[] {
  const byName = new Map<string, Known>();
  for (const one of lists.flat()) if (one.displayName || !byName.has(one.name)) byName.set(one.name, one);
  return [...byName.values()].sort((a, b) => labelOf(a).localeCompare(labelOf(b)));
}
