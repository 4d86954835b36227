/** Where a pointer is in a list, and how fast the list scrolls below it. Knows no elements. */

/** The gap between rows that is nearest to a height in the list; 0 is above the first row. */
export function gapAt(height: number, rowHeight: number, open: number): number {
  return Math.max(0, Math.min(open, Math.round(height / rowHeight)));
}

/** How near to an edge a list begins to scroll, and how far it goes in a frame at most. */
const EDGE = 56;
const FASTEST = 36;

/** How far a list from `top` to `bottom` scrolls in a frame for a pointer at `y`: the nearer to the edge, the faster. */
export function scrollBy(y: number, top: number, bottom: number): number {
  const edge = Math.min(EDGE, (bottom - top) / 4);
  const speed = (near: number) => Math.ceil(FASTEST * Math.min(1, near / edge) ** 2);
  if (y < top + edge) return -speed(top + edge - y);
  if (y > bottom - edge) return speed(y - (bottom - edge));
  return 0;
}
