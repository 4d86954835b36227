import { expect, test } from "vitest";
import type { Lane } from "./layout";
import { type Direction, neighbour } from "./timelineKeys";

const bar = (of: string, x: number, width: number, row: number) => ({ of, x, width, row });
const lanes: Lane<string>[] = [
  { top: 0, height: 100, bars: [bar("a", 0, 100, 0), bar("b", 50, 100, 1), bar("c", 120, 50, 0)] },
  { top: 100, height: 50, bars: [] },
  { top: 150, height: 50, bars: [bar("d", 10, 40, 0), bar("e", 300, 40, 0)] },
];

test("arrows lead through all bars, and past empty lanes", () => {
  const check = (from: string, direction: Direction, to: string | undefined) => expect(neighbour(lanes, from, direction), `${from} ${direction}`).toBe(to);
  check("a", "right", "b");
  check("b", "right", "c");
  check("c", "right", "d");
  check("d", "left", "c");
  check("a", "left", undefined);
  check("e", "right", undefined);
  check("a", "down", "b");
  check("b", "down", "d");
  check("e", "up", "b");
  check("b", "up", "c");
  check("a", "up", undefined);
  check("d", "home", "a");
  check("a", "end", "e");
});

test("from the first bar each one is reached by going on", () => {
  const met: string[] = [];
  for (let at: string | undefined = "a"; at !== undefined; at = neighbour(lanes, at, "right")) met.push(at);
  expect(met).toEqual(["a", "b", "c", "d", "e"]);
});
