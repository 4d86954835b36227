import fc from "fast-check";
import { expect, test } from "vitest";
import { Edge } from "../api/gen/koepel/v1/common_pb";
import { gapOfStep, placeBetween, placeFor, placesAround, type Seen } from "./place";

function seen(names: string, filtered = false): Seen {
  return { open: names.length, filtered, nameAt: (index) => (names[index] === "?" ? undefined : names[index]) };
}

const before = (value: string, neighbourSeen?: string) => ({ at: { case: "before", value }, ...(neighbourSeen === undefined ? {} : { neighbourSeen }) });
const after = (value: string, neighbourSeen?: string) => ({ at: { case: "after", value }, ...(neighbourSeen === undefined ? {} : { neighbourSeen }) });

test.each([
  ["up", seen("abcd"), "d", 3, 1, before("b", "a")],
  ["to the top, seen as the end", seen("abcd"), "d", 3, 0, before("a", "")],
  ["down", seen("abcd"), "a", 0, 3, after("c", "d")],
  ["to the bottom, seen as the end", seen("abcd"), "a", 0, 4, after("d", "")],
  ["to where it stands", seen("abcd"), "b", 1, 1, undefined],
  ["to where it stands, from below", seen("abcd"), "b", 1, 2, undefined],
  ["from another list", seen("abcd"), "x", undefined, 2, before("c", "b")],
  ["from another list, to the bottom", seen("abcd"), "x", undefined, 4, after("d", "")],
  ["further than the end", seen("abcd"), "a", 0, 9, after("d", "")],
  ["filtered, up: directly above the one shown", seen("abcd", true), "d", 3, 1, before("b")],
  ["filtered, down: directly below the one shown", seen("abcd", true), "a", 0, 3, after("c")],
  ["next to what has not come", seen("a??d"), "d", 3, 2, undefined],
  ["one neighbour has not come", seen("a?cd"), "d", 3, 2, before("c")],
])("a move %s", (_, list, item, from, gap, then) => {
  expect(placeFor(list, item, from, { kind: "gap", gap })).toEqual(then);
});

test("an end is an end, whatever is seen", () => {
  expect(placeFor(seen("abc"), "b", 1, { kind: "edge", edge: "top" })).toEqual({ at: { case: "edge", value: Edge.TOP } });
  expect(placeFor(seen("abc"), "b", 1, { kind: "edge", edge: "bottom" })).toEqual({ at: { case: "edge", value: Edge.BOTTOM } });
});

test.each([
  ["a", "b", before("b", "a")],
  ["", "b", before("b", "")],
  ["a", "", after("a", "")],
])("between %s and %s", (above, below, then) => {
  expect(placeBetween(above, below)).toEqual(then);
});

test("an item that goes between these places stands where it is wanted", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }).chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size }), fc.integer({ min: 1, max: size }))),
      ([size, own, wanted]) => {
        fc.pre(own !== wanted);
        const list = Array.from({ length: size }, (_, index) => index + 1);
        const [above, below] = placesAround(wanted, own);
        const rest = list.filter((one) => one !== own);
        const at = above === 0 ? 0 : rest.indexOf(above) + 1;
        if (below <= size) expect(rest[at]).toBe(below);
        expect([...rest.slice(0, at), own, ...rest.slice(at)].indexOf(own) + 1).toBe(wanted);
      },
    ),
  );
});

test.each([
  ["up", 2, 5, 1],
  ["up", 0, 5, undefined],
  ["down", 2, 5, 4],
  ["down", 4, 5, undefined],
] as const)("one %s from %i of %i is gap %s", (step, from, open, then) => {
  expect(gapOfStep(step, from, open)).toBe(then);
});
