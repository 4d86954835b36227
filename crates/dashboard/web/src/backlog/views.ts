/** Views that a person keeps: what of the backlog is shown and which lists, under a name. Knows neither React nor the browser. */

import { CLOSED } from "./beside";
import { type Filter, filterOf, withFilter } from "./filter";

/** Two views have two names. */
export interface View {
  readonly name: string;
  /** The parts of an address that say it, always in the same order. */
  readonly search: string;
}

export const MOST_NAME = 60;
const MOST_VIEWS = 50;
const MOST_SEARCH = 8_000;

export const nameOfView = (text: string) => text.trim().replaceAll(/\s+/g, " ").slice(0, MOST_NAME).trim();

const sameName = (one: string, other: string) => one.localeCompare(other, undefined, { sensitivity: "accent" }) === 0;

/** What is shown, as a view keeps it. `beside` is the id of a sub-backlog; empty for none. `pane`: which list a small screen shows. */
export function searchOf(filter: Filter, beside: string, pane: string): string {
  const search = withFilter(new URLSearchParams(), filter);
  search.set("beside", beside || CLOSED);
  if (pane === "beside") search.set("pane", pane);
  return search.toString();
}

/** The address that shows a view; what else it says stays. Views come from the browser: what is not known in them is left out. */
export function withView(now: URLSearchParams, view: View, product: string): URLSearchParams {
  const kept = new URLSearchParams(view.search);
  const next = withFilter(now, filterOf(kept, product));
  for (const part of ["beside", "pane"]) {
    const value = kept.get(part);
    if (value) next.set(part, value);
    else next.delete(part);
  }
  return next;
}

/** The one that shows just this. */
export function viewOf(views: readonly View[], search: string): View | undefined {
  return views.find((view) => view.search === search);
}

export function hasName(views: readonly View[], name: string): boolean {
  return views.some((view) => sameName(view.name, nameOfView(name)));
}

/** Keeps a view; one that has the name is replaced where it stands. */
export function saved(views: readonly View[], view: View): readonly View[] {
  const one = { name: nameOfView(view.name), search: view.search };
  if (one.name === "") return views;
  if (hasName(views, one.name)) return views.map((other) => (sameName(other.name, one.name) ? one : other));
  return views.length < MOST_VIEWS ? [...views, one] : views;
}

/** Whether a view can have this name: it is one, and no other view has it. */
export function mayBeNamed(views: readonly View[], from: string, to: string): boolean {
  return nameOfView(to) !== "" && !hasName(views.filter(({ name }) => name !== from), to);
}

export function renamed(views: readonly View[], from: string, to: string): readonly View[] {
  return mayBeNamed(views, from, to) ? views.map((view) => (view.name === from ? { ...view, name: nameOfView(to) } : view)) : views;
}

export function removed(views: readonly View[], name: string): readonly View[] {
  return views.filter((view) => view.name !== name);
}

/** Reads what a browser kept; what is no view is left out. */
export function readViews(text: string | null): readonly View[] {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(kept)) return [];
  return kept.reduce<readonly View[]>((views, one: unknown) => {
    const { name, search } = (one ?? {}) as { name?: unknown; search?: unknown };
    if (typeof name !== "string" || typeof search !== "string" || search.length > MOST_SEARCH || hasName(views, name)) return views;
    return saved(views, { name, search });
  }, []);
}

export function writtenViews(views: readonly View[]): string {
  return JSON.stringify(views.map(({ name, search }) => ({ name, search })));
}
