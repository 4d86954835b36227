/**
 * Where the bars of a timeline are: lanes below each other, and in each lane as many rows as it takes for no two bars to
 * overlap. Numbers alone: it knows neither entries nor pictures.
 */

import { monthOf, quarterOf } from "./days";
import type { Span } from "./span";

/** A piece of a line, from where to where; the end is not part of it. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/**
 * A row for each piece, so that no two pieces of a row overlap. A piece goes to the first row that has room; pieces are taken
 * by where they begin, those that begin together in the order given.
 */
export function rowsOf(pieces: readonly Piece[]): { rows: readonly number[]; count: number } {
  const order = pieces.map((_, index) => index).sort((a, b) => (pieces[a]?.from ?? 0) - (pieces[b]?.from ?? 0) || a - b);
  const rows = Array.from<number>({ length: pieces.length }).fill(0);
  const ends: number[] = [];
  for (const index of order) {
    const piece = pieces[index];
    if (!piece) continue;
    const found = ends.findIndex((end) => end <= piece.from);
    const row = found < 0 ? ends.length : found;
    ends[row] = Math.max(piece.to, piece.from);
    rows[index] = row;
  }
  return { rows, count: ends.length };
}

/** From day to day what is drawn of a span: an end that is missing is drawn a quarter on, and past today. */
export function drawn(span: Span, today: number): Piece {
  const { start, end } = span;
  if (start !== undefined && end !== undefined) return { from: start, to: Math.max(end, start) + 1 };
  if (start !== undefined) return { from: start, to: Math.max(start + 91, today + 42) };
  if (end !== undefined) return { from: Math.min(end - 91, end), to: end + 1 };
  return { from: today, to: today + 1 };
}

/** The days that a timeline can be scrolled over: whole quarters, with room to plan ahead. */
export function reach(pieces: readonly Piece[], today: number): Piece {
  let from = today;
  let to = today;
  for (const piece of pieces) {
    from = Math.min(from, piece.from);
    to = Math.max(to, piece.to);
  }
  return { from: quarterOf(from, -1), to: quarterOf(to, 4) };
}

export const ZOOMS = ["quarter", "year", "all"] as const;
export type Zoom = (typeof ZOOMS)[number];

/** Pixels of a day. `all` shows everything that there is without scrolling, with a month around it. */
export function scaleOf(zoom: Zoom, width: number, pieces: readonly Piece[], today: number): number {
  switch (zoom) {
    case "quarter":
      return Math.max(width, 640) / 98;
    case "year":
      return Math.max(width, 480) / 366;
    case "all": {
      const all = whole(pieces, today);
      return Math.min(Math.max(width / (all.to - all.from), 0.05), 12);
    }
  }
}

/** All that there is, with a month before and after. */
export function whole(pieces: readonly Piece[], today: number): Piece {
  let from = today;
  let to = today + 1;
  for (const piece of pieces) {
    from = Math.min(from, piece.from);
    to = Math.max(to, piece.to);
  }
  return { from: monthOf(from, -1), to: monthOf(to, 2) };
}

/** Where days are so narrow that only weeks can be meant. */
export function byWeeks(scale: number): boolean {
  return scale < 4;
}

/** A bar of a lane, as the drawing takes it. */
export interface Placed<T> {
  readonly of: T;
  /** The bar itself, in pixels from the left. */
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

export interface Lane<T> {
  readonly top: number;
  readonly height: number;
  readonly bars: readonly Placed<T>[];
}

export interface Sizes {
  /** Above the rows of a lane, for its name. */
  readonly head: number;
  readonly row: number;
  readonly foot: number;
}

/** What a lane is made of: each thing with its days, and how wide its title is. */
export interface Thing<T> {
  readonly of: T;
  readonly days: Piece;
  /** In pixels; a title that does not fit in its bar goes on behind its end. */
  readonly titleWidth: number;
}

/** The narrowest bar that can still be taken hold of. */
const NARROWEST = 10;
const APART = 8;

/** Lanes below each other. Each thing has one bar, and bars of a row do not overlap, nor do their titles. */
export function lanesOf<T>(lanes: readonly (readonly Thing<T>[])[], origin: number, scale: number, sizes: Sizes): readonly Lane<T>[] {
  let top = 0;
  return lanes.map((things) => {
    const bars = things.map(({ of, days }) => ({ of, x: (days.from - origin) * scale, width: Math.max((days.to - days.from) * scale, NARROWEST) }));
    const pieces = bars.map(({ x, width }, index) => {
      const title = things[index]?.titleWidth ?? 0;
      return { from: x, to: x + Math.max(title, width) + APART };
    });
    const { rows, count } = rowsOf(pieces);
    const height = sizes.head + Math.max(count, 1) * sizes.row + sizes.foot;
    const lane = { top, height, bars: bars.map((bar, index) => ({ ...bar, row: rows[index] ?? 0 })) };
    top += height;
    return lane;
  });
}

/** What of a timeline is on the screen, in its own pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Only what is on the screen is drawn, with a little around it. */
export function seen<T>(lane: Lane<T>, sizes: Sizes, window: Window, titled: (bar: Placed<T>) => number): readonly Placed<T>[] {
  if (lane.top > window.top + window.height || lane.top + lane.height < window.top) return [];
  const first = Math.floor((window.top - lane.top - sizes.head) / sizes.row) - 1;
  const last = Math.ceil((window.top + window.height - lane.top - sizes.head) / sizes.row) + 1;
  return lane.bars.filter(
    (bar) => bar.row >= first && bar.row <= last && bar.x <= window.left + window.width + 100 && bar.x + Math.max(bar.width, titled(bar)) >= window.left - 100,
  );
}
