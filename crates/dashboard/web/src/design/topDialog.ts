/** The modal dialog that lies above all else: only what is in it can be read, pointed at and reached by keys. */

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let observer: MutationObserver | undefined;
/** Kept up to date by the browser. */
let dialogs: HTMLCollectionOf<HTMLDialogElement> | undefined;
let top: HTMLDialogElement | undefined;

function look(): void {
  dialogs ??= document.getElementsByTagName("dialog");
  let found: HTMLDialogElement | undefined;
  for (const dialog of dialogs) if (dialog.matches(":modal")) found = dialog;
  if (found === top) return;
  top = found;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!observer) {
    observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });
    look();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = undefined;
  };
}

export function useTopDialog(): HTMLDialogElement | undefined {
  return useSyncExternalStore(subscribe, () => top);
}
