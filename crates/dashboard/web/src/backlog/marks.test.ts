import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf } from "./marks";

test.each([
  ["gift card", [], ["gift card"]],
  ["gift card", [{ start: 0, end: 4 }], ["[gift]", " card"]],
  ["🎁 card", [{ start: 2, end: 6 }], ["🎁 ", "[card]"]],
  ["a b", [{ start: 0, end: 1 }, { start: 2, end: 3 }], ["[a]", " ", "[b]"]],
  ["", [], []],
])("%s", (text, marks, then) => {
  expect(partsOf({ text, marks }).map((part) => (part.marked ? `[${part.text}]` : part.text))).toEqual(then);
});

test("no character is lost, whatever is marked", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.nat(30), { maxLength: 8 }), (text, edges) => {
      const sorted = edges.toSorted((a, b) => a - b);
      const marks = sorted.flatMap((start, index) => (index % 2 === 0 ? [{ start, end: sorted[index + 1] ?? start }] : []));
      expect(partsOf({ text, marks }).map((part) => part.text).join("")).toBe(text);
    }),
  );
});
