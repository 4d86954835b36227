/** What has just changed, and by whom: shown for a moment where it is, and kept for a while in the list of news. */

import { useSyncExternalStore } from "react";
import type { LiveEvent } from "./event";

/** How long a change is marked where it is shown. */
export const MARKED_MS = 6_000;
const KEPT = 100;

let news: readonly LiveEvent[] = [];
/** By the moment at which it was heard: clocks differ. */
let bySubject = new Map<string, { readonly event: LiveEvent; readonly heardMs: number }>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Notes news. What is old already, because it was caught up with, is listed and not marked. */
export function note(events: readonly LiveEvent[], fresh: boolean, nowMs: number): void {
  const later = events.toReversed().slice(0, KEPT);
  news = [...later, ...news].slice(0, KEPT);
  const next = new Map([...bySubject].filter(([, { heardMs }]) => nowMs - heardMs < MARKED_MS));
  if (fresh) for (const event of events) next.set(event.subject, { event, heardMs: nowMs });
  bySubject = next;
  tell();
}

/** Takes marks away whose time is over. Answers whether any is left. */
export function fade(nowMs: number): boolean {
  const next = new Map([...bySubject].filter(([, { heardMs }]) => nowMs - heardMs < MARKED_MS));
  if (next.size !== bySubject.size) {
    bySubject = next;
    tell();
  }
  return next.size > 0;
}

/** Forgets all, for another product. */
export function forgetNews(): void {
  news = [];
  bySubject = new Map();
  tell();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The news of this visit, the latest first. */
export function useNews(): readonly LiveEvent[] {
  return useSyncExternalStore(subscribe, () => news);
}

/** What has just happened to something, for a moment. */
export function useMark(subject: string): LiveEvent | undefined {
  return useSyncExternalStore(subscribe, () => bySubject.get(subject)?.event);
}
