/** What the address of the roadmap says: which view, how near, which entries. */

import { type Filters } from "./plan";
import { type Zoom, ZOOMS } from "./layout";

export const VIEWS = ["timeline", "list", "purpose"] as const;
export type View = (typeof VIEWS)[number];

export interface Shown {
  readonly view: View;
  readonly zoom: Zoom;
  readonly filters: Filters;
}

/** What is not said is as usual: a timeline of a year, a list on a telephone, of everything. */
export function shownBy(search: URLSearchParams, narrow: boolean): Shown {
  const usual = narrow ? "list" : "timeline";
  return {
    view: VIEWS.find((view) => view === search.get("view")) ?? usual,
    zoom: ZOOMS.find((zoom) => zoom === search.get("zoom")) ?? "year",
    filters: { goal: search.get("goal") ?? "", release: search.get("release") ?? "", domain: search.get("domain") ?? "" },
  };
}

/** The address with something else; what is empty is left out. */
export function withPart(search: URLSearchParams, part: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value) next.set(part, value);
  else next.delete(part);
  return next;
}
