/** The focus is never lost: when what had it went away, it goes to something sensible near by. */

/** Called after the page has changed. Does nothing while something has the focus. */
export function keepFocus(...near: readonly (string | (() => HTMLElement | null | undefined))[]): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      for (const one of near) {
        const found = typeof one === "string" ? document.querySelector<HTMLElement>(one) : one();
        if (found?.isConnected) return found.focus();
      }
      document.querySelector<HTMLElement>("main h1")?.focus();
    }),
  );
}
