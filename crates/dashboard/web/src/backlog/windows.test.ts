import fc from "fast-check";
import { expect, test } from "vitest";
import { drift, Holder, indexOf, knownOf, rowOf, type Window, windowsFor } from "./windows";

const window = (version: number, ...names: string[]): Window<{ name: string }> => ({ rows: names.map((name) => ({ name })), total: names.length, version: BigInt(version) });

test.each([
  [0, 20, undefined, [0]],
  [0, 20, 51, [0]],
  [0, 20, 10_000, [0]],
  [60, 85, 10_000, [0, 1]],
  [120, 140, 10_000, [0, 1]],
  [140, 170, 10_000, [1]],
  [9_980, 9_999, 10_000, [99]],
  [300, 320, 120, [1]],
  [0, 20, 0, [0]],
])("rows %i to %i of %s need %s", (first, last, total, then) => {
  expect(windowsFor(first, last, total)).toEqual(then);
});

test("every row on the screen is in a window that is asked for", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.nat(19_999), fc.nat(60), (total, first, more) => {
      fc.pre(first < total);
      const last = Math.min(total - 1, first + more);
      const needed = windowsFor(first, last, total);
      for (let row = first; row <= last; row += 1) expect(needed).toContain(Math.floor(row / 100));
      expect(needed.length).toBeLessThanOrEqual(4);
    }),
  );
});

test("what is known says the oldest version, and the latest count", () => {
  const known = knownOf(new Map([[0, window(7, "a")], [1, window(5, "b", "c")]]));
  expect(known?.version).toBe(5n);
  expect(known?.total).toBe(1);
  expect(rowOf(known, 101)?.name).toBe("c");
  expect(rowOf(known, 250)).toBeUndefined();
  expect(indexOf(known, "c")).toBe(101);
});

let nowMs = 0;

test("what is shown stays until all of it is new", () => {
  const holder = new Holder<{ name: string }>(() => nowMs);
  const [old0, old1, new0, new1] = [window(1, "a"), window(1, "b"), window(2, "b"), window(2, "a")];
  const shown = (fresh: readonly (readonly [number, Window<{ name: string }>])[], held: boolean) =>
    [...(holder.next("list", new Map(fresh), held).known?.windows.values() ?? [])].flatMap(({ rows }) => rows.map(({ name }) => name)).toSorted().join("");
  expect(shown([[0, old0], [1, old1]], false)).toBe("ab");
  expect(shown([[0, new0], [1, old1]], true)).toBe("ab");
  expect(shown([[0, new0], [1, new1]], false)).toBe("ab");
  expect(holder.next("list", new Map([[0, new0], [1, new1]]), false).known?.version).toBe(2n);
});

test("it does not wait for ever", () => {
  const holder = new Holder<{ name: string }>(() => nowMs);
  nowMs = 0;
  holder.next("list", new Map([[0, window(1, "a")]]), false);
  nowMs = 100;
  expect(holder.next("list", new Map([[0, window(2, "b")]]), true).known?.version).toBe(1n);
  nowMs = 1_200;
  expect(holder.next("list", new Map([[0, window(3, "c")]]), true).known?.version).toBe(3n);
});

test("another list stays on the screen until something of the new one has come", () => {
  const holder = new Holder<{ name: string }>(() => nowMs);
  holder.next("all", new Map([[0, window(1, "a")]]), false);
  expect(holder.next("pinned", new Map(), false)).toMatchObject({ isOld: true, known: { version: 1n } });
  expect(holder.next("pinned", new Map([[0, window(2, "b")]]), false)).toMatchObject({ isOld: false, known: { version: 2n } });
});

test.each([
  ["nothing moved", "abcd", 10, "abcd", 10, 0],
  ["two came above", "abcd", 10, "abcd", 12, 2],
  ["one left from above", "abcd", 10, "abcd", 9, -1],
  ["the first one went away", "abcd", 10, "bcd", 11, 0],
  ["one came in between", "abcdef", 10, "abxcdef", 10, 1],
  ["all are others", "abcd", 10, "efgh", 10, 0],
])("%s", (_, before, from, now, at, then) => {
  const places = new Map([...now].map((name, index) => [name, at + index]));
  expect(drift([...before].map((name, index) => ({ name, index: from + index })), places)).toBe(then);
});
