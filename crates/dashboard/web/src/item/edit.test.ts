import fc from "fast-check";
import { expect, test } from "vitest";
import { begin, type Edit, meet, takeMine } from "./edit";

const same = (one: string, other: string) => one === other;

test("a change of another field does not disturb", () => {
  expect(meet(begin("a", 3n), "a", 5n, same)).toEqual({ base: "a", seen: 5n });
});

test("a change of the same field is shown, and the reader chooses", () => {
  const met = meet(begin("a", 3n), "b", 5n, same);
  expect(met).toEqual({ base: "a", seen: 3n, theirs: { value: "b", version: 5n } });
  expect(takeMine(met)).toEqual({ base: "b", seen: 5n });
});

test("theirs goes when they take it back", () => {
  const met = meet(meet(begin("a", 3n), "b", 5n, same), "a", 6n, same);
  expect(met).toEqual({ base: "a", seen: 6n });
});

test("what is older is not heeded", () => {
  const edit = begin("a", 3n);
  expect(meet(edit, "b", 3n, same)).toBe(edit);
  const met = meet(edit, "b", 5n, same);
  expect(meet(met, "c", 4n, same)).toBe(met);
});

test("nobody is told to expect a version whose value they have not seen", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c")), (values) => {
      let edit: Edit<string> = begin("a", 0n);
      for (const [index, value] of values.entries()) {
        edit = meet(edit, value, BigInt(index + 1), same);
        if (edit.theirs) expect(edit.theirs.value).toBe(value);
        else expect([edit.base, edit.seen]).toEqual([value, BigInt(index + 1)]);
      }
    }),
  );
});
