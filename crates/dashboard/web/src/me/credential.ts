/**
 * What lets the reader in: a session (a cookie that no script sees), a token, or a share link. A token is kept for this tab,
 * or for this browser if its reader wants that.
 */

import { useSyncExternalStore } from "react";

const KEY = "koepel-token";

export type Credential =
  | { readonly kind: "session" }
  | { readonly kind: "token"; readonly secret: string }
  | { readonly kind: "share"; readonly secret: string };

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing for us: a token lasts as long as the page.
    return null;
  }
}

/** What is no encoded text is the text itself: the server knows no such link, and says so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function first(): Credential {
  const shared = /^\/share\/([^/]+)/.exec(globalThis.location?.pathname ?? "")?.[1];
  if (shared) return { kind: "share", secret: decoded(shared) };
  const secret = globalThis.location ? stored() : null;
  return secret ? { kind: "token", secret } : { kind: "session" };
}

let credential = first();
let sinceMs = 0;
const listeners = new Set<() => void>();

/** The secret to send with each call; `undefined` where the browser sends a cookie by itself. */
export function secretOf(): string | undefined {
  return credential.kind === "session" ? undefined : credential.secret;
}

export function credentialNow(): Credential {
  return credential;
}

/** Since when it is the one: what was refused before was refused to another. */
export function credentialSince(): number {
  return sinceMs;
}

/** Uses a token from now on, in this tab or in the whole browser. */
export function keepToken(secret: string, remember: boolean): void {
  credential = { kind: "token", secret };
  sinceMs = Date.now();
  try {
    // One place, or the other one's token would come back with the next page.
    (remember ? sessionStorage : localStorage).removeItem(KEY);
    (remember ? localStorage : sessionStorage).setItem(KEY, secret);
  } catch {
    // As above.
  }
  for (const tell of listeners) tell();
}

/** Forgets the token. A session is ended by the server. */
export function forget(): void {
  credential = { kind: "session" };
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
  for (const tell of listeners) tell();
}

/** The credential, as long as a component shows something that depends on it. */
export function useCredential(): Credential {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    credentialNow,
  );
}

// Whoever signs out in one tab of a browser that remembered them is out in all.
globalThis.addEventListener?.("storage", (event) => {
  if (event.key === KEY && event.storageArea === localStorage && event.oldValue !== null && secretOf() === event.oldValue) location.reload();
});
