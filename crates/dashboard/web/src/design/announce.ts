/** What is said aloud to whoever hears the page: results of what they did by keys. Seen by nobody. */

let region: HTMLElement | undefined;

function regionOf(): HTMLElement {
  if (!region?.isConnected) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("aria-live", "polite");
    region.setAttribute("role", "status");
    region.id = "spoken";
    document.body.append(region);
  }
  return region;
}

/** Says it, also if it is the same as before. */
export function announce(text: string): void {
  const spoken = regionOf();
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}
