import fc from "fast-check";
import { expect, test } from "vitest";
import { composed, placeAfter, type Shift, shifted } from "./overlay";

/** The list after a move; capital letters are pinned in their domain. */
function after(list: string, from: string, gap: number, domain = false): string {
  const shift: Shift = { from: list.indexOf(from), gap };
  const order = shifted(domain ? { ...shift, fixed: (index) => /[A-Z]/.test(list[index] ?? "") } : shift);
  return [...list].map((_, shown) => list[order(shown)]).join("");
}

test.each([
  ["abcd", "d", 0, false, "dabc"],
  ["abcd", "a", 4, false, "bcda"],
  ["abcd", "b", 3, false, "acbd"],
  ["abcd", "b", 1, false, "abcd"],
  ["abcd", "b", 2, false, "abcd"],
  ["aBcd", "d", 0, false, "daBc"],
  // What is pinned stays; the others flow over the places that are left.
  ["aBcd", "d", 0, true, "dBac"],
  ["abPc", "b", 3, true, "abPc"],
  ["abPc", "a", 3, true, "baPc"],
  ["abPc", "c", 2, true, "abPc"],
  ["abPc", "c", 1, true, "acPb"],
  ["aBcd", "B", 4, true, "aBcd"],
])("%s: %s to gap %i (in its domain: %s) gives %s", (list, from, gap, domain, then) => {
  expect(after(list, from, gap, domain)).toBe(then);
});

test("moving never loses or doubles a row, however many moves lie over each other", () => {
  const moves = (size: number) =>
    fc.array(
      fc.record({ from: fc.nat(size - 1), gap: fc.nat(size), pins: fc.option(fc.array(fc.boolean(), { minLength: size, maxLength: size })) }),
      { maxLength: 6 },
    );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((size) => fc.tuple(fc.constant(size), moves(size))),
      ([size, made]) => {
        const order = composed(made.map(({ from, gap, pins }) => shifted(pins ? { from, gap, fixed: (index) => pins[index] ?? false } : { from, gap })));
        const shown = Array.from({ length: size }, (_, place) => order(place));
        expect(new Set(shown).size).toBe(size);
        expect(Math.min(...shown)).toBe(0);
        expect(Math.max(...shown)).toBe(size - 1);
      },
    ),
  );
});

test("a move puts its row where it says, and leaves the others in their order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size))),
      ([size, from, gap]) => {
        const shown = Array.from({ length: size }, (_, place) => shifted({ from, gap })(place));
        expect(shown[placeAfter(from, gap)]).toBe(from);
        const others = shown.filter((place) => place !== from);
        expect(others).toEqual(others.toSorted((a, b) => a - b));
      },
    ),
  );
});
