/** What the reader has put aside: kept in this browser, for nobody else to see. */

import { useSyncExternalStore } from "react";

const KEY = "koepel-aside";
/** What was put aside long ago is forgotten; it is past by then. */
const KEPT = 200;

function stored(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set();
  }
}

let aside: ReadonlySet<string> | undefined;
const listeners = new Set<() => void>();

function now(): ReadonlySet<string> {
  return (aside ??= stored());
}

function set(next: ReadonlySet<string>): void {
  aside = new Set([...next].slice(-KEPT));
  try {
    localStorage.setItem(KEY, JSON.stringify([...aside]));
  } catch {
    // A browser that keeps nothing: it lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

export function putAside(key: string): void {
  set(new Set([...now(), key]));
}

export function takeBack(key: string): void {
  set(new Set([...now()].filter((one) => one !== key)));
}

export function useAside(): ReadonlySet<string> {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, now);
}
