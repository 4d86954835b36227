import { expect, test } from "vitest";
import { gapAt, scrollBy } from "./pointer";

test.each([
  [0, 0],
  [19, 0],
  [21, 1],
  [60, 2],
  [395, 10],
  [900, 10],
  [-30, 0],
])("a pointer at %i of ten rows of 40 is at gap %i", (height, gap) => {
  expect(gapAt(height, 40, 10)).toBe(gap);
});

test.each([
  [500, 0],
  [100, -36],
  [40, -36],
  [900, 36],
  [155, -1],
])("a pointer at %i of a list from 100 to 900 scrolls by %i", (y, by) => {
  expect(scrollBy(y, 100, 900)).toBe(by);
});
