/** What a reader has put aside: kept in this browser, in all of its tabs, for nobody else to see. */

import { useMemo, useSyncExternalStore } from "react";

const KEY = "koepel-aside";
/** What was put aside long ago is forgotten; it is past by then. */
const KEPT = 200;

/** Each reader of a browser has their own. */
function keyOf(person: string): string {
  return person ? `${KEY}/${person}` : KEY;
}

/** What was stored, as a list; what is no list is nothing. */
export function asideOf(stored: string | null): readonly string[] {
  try {
    const kept: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** One more, or one less; the latest are kept. */
export function withAside(kept: readonly string[], key: string, isAside: boolean): readonly string[] {
  const others = kept.filter((one) => one !== key);
  return (isAside ? [...others, key] : others).slice(-KEPT);
}

/** In a browser that keeps nothing it lasts as long as the page. */
const unkept = new Map<string, string>();
const listeners = new Set<() => void>();

function read(person: string): string {
  const key = keyOf(person);
  try {
    return localStorage.getItem(key) ?? unkept.get(key) ?? "[]";
  } catch {
    return unkept.get(key) ?? "[]";
  }
}

/** Another tab may have written since: it is read again before it is written. */
function change(person: string, need: string, isAside: boolean): void {
  const key = keyOf(person);
  const text = JSON.stringify(withAside(asideOf(read(person)), need, isAside));
  try {
    localStorage.setItem(key, text);
  } catch {
    unkept.set(key, text);
  }
  for (const tell of listeners) tell();
}

export function putAside(person: string, need: string): void {
  change(person, need, true);
}

export function takeBack(person: string, need: string): void {
  change(person, need, false);
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  addEventListener("storage", tell);
  return () => {
    listeners.delete(tell);
    removeEventListener("storage", tell);
  };
}

export function useAside(person: string): ReadonlySet<string> {
  const text = useSyncExternalStore(subscribe, () => read(person));
  return useMemo(() => new Set(asideOf(text)), [text]);
}
