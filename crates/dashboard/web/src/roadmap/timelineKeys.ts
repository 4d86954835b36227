/** Where the arrow keys lead on a timeline. Knows places of bars alone. */

import type { Lane } from "./layout";

export type Direction = "left" | "right" | "up" | "down" | "home" | "end";

interface Stop<T> {
  readonly of: T;
  readonly line: number;
  readonly x: number;
  readonly middle: number;
}

/** The bar that comes next in a direction: to the sides in the order of days through the lanes, up and down the nearest one of a row. */
export function neighbour<T>(lanes: readonly Lane<T>[], from: T, direction: Direction): T | undefined {
  let line = 0;
  const stops: Stop<T>[] = [];
  for (const lane of lanes) {
    const rows = 1 + Math.max(-1, ...lane.bars.map(({ row }) => row));
    for (const bar of lane.bars) stops.push({ of: bar.of, line: line + bar.row, x: bar.x, middle: bar.x + bar.width / 2 });
    line += rows;
  }
  const laneOf = new Map(lanes.flatMap((lane, index) => lane.bars.map((bar) => [bar.of, index] as const)));
  const order = stops.toSorted((a, b) => (laneOf.get(a.of) ?? 0) - (laneOf.get(b.of) ?? 0) || a.x - b.x || a.line - b.line);
  const at = order.findIndex(({ of }) => of === from);
  const here = order[at];
  switch (direction) {
    case "home":
      return order[0]?.of;
    case "end":
      return order.at(-1)?.of;
    case "left":
      return order[at - 1]?.of;
    case "right":
      return order[at + 1]?.of;
    case "up":
    case "down": {
      if (!here) return order[0]?.of;
      const beyond = stops.filter((stop) => (direction === "up" ? stop.line < here.line : stop.line > here.line));
      const near = direction === "up" ? Math.max(...beyond.map(({ line }) => line)) : Math.min(...beyond.map(({ line }) => line));
      const row = beyond.filter((stop) => stop.line === near);
      return row.toSorted((a, b) => Math.abs(a.middle - here.middle) - Math.abs(b.middle - here.middle))[0]?.of;
    }
  }
}
