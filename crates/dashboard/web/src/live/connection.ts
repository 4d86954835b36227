/** Whether news arrives, for whoever shows it. */

import { useSyncExternalStore } from "react";
import type { Connection } from "./stream";

let state: Connection = "connecting";
const listeners = new Set<() => void>();

export function setConnection(next: Connection): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
