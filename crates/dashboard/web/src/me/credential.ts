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

function first(): Credential {
  const shared = /^\/share\/([^/]+)/.exec(globalThis.location?.pathname ?? "")?.[1];
  if (shared) return { kind: "share", secret: decodeURIComponent(shared) };
  const secret = globalThis.location ? stored() : null;
  return secret ? { kind: "token", secret } : { kind: "session" };
}

let credential = first();
const listeners = new Set<() => void>();

/** The secret to send with each call; `undefined` where the browser sends a cookie by itself. */
export function secretOf(): string | undefined {
  return credential.kind === "session" ? undefined : credential.secret;
}

export function credentialNow(): Credential {
  return credential;
}

/** Uses a token from now on, in this tab or in the whole browser. */
export function keepToken(secret: string, remember: boolean): void {
  credential = { kind: "token", secret };
  try {
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
