/** Which list is shown: whose, with what left out, as of when. Two that differ in any of it are different lists. */

import { type AsOf, textOf } from "../history/asOf";
import type { Filter } from "./filter";

export interface Source {
  /** `products/webshop` or `products/webshop/domains/online`. */
  readonly parent: string;
  readonly filter: Filter;
  /** The past, if it is that. */
  readonly asOf: AsOf;
}

export const NOW: AsOf = { kind: "now" };

/** The same text for the same list, and for no other. */
export function keyOf({ parent, filter, asOf }: Source): string {
  return JSON.stringify([parent, filter, textOf(asOf)]);
}

/** What of a filter applies: the past cannot be searched by words. */
export function applied(filter: Filter, asOf: AsOf): Filter {
  return asOf.kind === "now" || filter.query === "" ? filter : { ...filter, query: "" };
}
