/**
 * Where the rows of a list are in what is scrolled. A browser draws nothing that is higher than some ten million pixels, so
 * that a long list is folded: near its ends and while one scrolls a little a pixel is a pixel, and a leap of the scroll bar
 * goes by the share of the whole. Knows no elements.
 */

/** Higher than this nothing is drawn by Firefox (17.8 million) and Chromium (33.5 million). */
export const MOST_PX = 15_000_000;
/** At each end, where a pixel is a pixel: a third of what there is. */
const END = 1 / 3;

export interface Space {
  /** How high all rows are together. */
  readonly whole: number;
  /** How high what is scrolled is. */
  readonly height: number;
}

/** Where one is: how far it is scrolled, and how far down the rows that is. */
export interface At {
  readonly top: number;
  readonly offset: number;
}

export const START: At = { top: 0, offset: 0 };

export function spaceOf(rows: number, rowHeight: number, most = MOST_PX): Space {
  const whole = rows * rowHeight;
  return { whole, height: Math.min(whole, most) };
}

/** Piece by piece: the first end, what is folded, the last end. */
function folded(value: number, from: number, to: number, end: number): number {
  if (value <= end || from === to) return value;
  if (value >= from - end) return to - (from - value);
  return end + ((value - end) * (to - 2 * end)) / (from - 2 * end);
}

/** How far down the rows a scroll position is. */
export function offsetAt({ whole, height }: Space, top: number): number {
  return folded(top, height, whole, height * END);
}

/** The other way round. */
export function topAt({ whole, height }: Space, offset: number): number {
  return folded(offset, whole, height, height * END);
}

const between = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/**
 * Where one is after scrolling to `top`, in a window that is `view` high. A little is a little; where what is scrolled ends
 * before the rows do, `top` of the answer is another: it has to be scrolled there.
 */
export function scrolled(space: Space, at: At, top: number, view: number): At {
  const { whole, height } = space;
  if (whole === height) return { top, offset: top };
  const end = Math.max(0, whole - view);
  const isNear = Math.abs(top - at.top) <= view;
  const offset = between(isNear ? at.offset + (top - at.top) : offsetAt(space, top), 0, end);
  const stuck = (top <= 0 && offset > 0) || (top >= height - view && offset < end);
  return stuck ? { top: topAt(space, offset), offset } : { top, offset };
}

/** Where one is to be so that rows begin at `offset`. What is scrolled is in whole pixels; the rows are exact. */
export function placed(space: Space, offset: number, view: number): At {
  const exact = between(offset, 0, Math.max(0, space.whole - view));
  const top = topAt(space, exact);
  return { top: space.whole === space.height ? top : Math.round(top), offset: exact };
}

/** The offset at which a row is in sight, as near as it can be to where one is. */
export function showing(offset: number, view: number, index: number, rowHeight: number): number {
  const [first, last] = [index * rowHeight, (index + 1) * rowHeight - view];
  return first < offset || last > first ? first : Math.max(offset, last);
}

/** The rows in sight, from 0, both included. */
export function inSight(offset: number, view: number, rowHeight: number, rows: number): readonly [first: number, last: number] {
  const end = Math.max(0, rows - 1);
  const first = between(Math.floor(offset / rowHeight), 0, end);
  return [first, between(Math.ceil((offset + view) / rowHeight) - 1, first, end)];
}
