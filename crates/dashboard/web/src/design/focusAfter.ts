/** Where the focus goes when what it was on has been taken away: to the heading of the part that it was in. */

export function focusAfter(opener: Element | null): void {
  const heading = opener?.closest("section")?.querySelector<HTMLElement>("h2") ?? document.querySelector<HTMLElement>("main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
