import fc from "fast-check";
import { expect, test } from "vitest";
import { asideOf, withAside } from "./aside";

test("what was stored is read, whatever it is", () => {
  const check = (stored: string | null, expected: readonly string[]) => expect(asideOf(stored)).toEqual(expected);
  check(null, []);
  check('["a","b"]', ["a", "b"]);
  check('["a",1]', ["a"]);
  check('{"a":1}', []);
  check("{", []);
});

test("what is put aside is there once, and what is taken back is not", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (kept, key) => {
      expect(withAside(kept, key, true).filter((one) => one === key)).toEqual([key]);
      expect(withAside(kept, key, false)).not.toContain(key);
      expect(withAside(kept, key, true).length).toBeLessThanOrEqual(200);
    }),
  );
  // Two tabs: each adds to what the other has written.
  expect(withAside(withAside([], "a", true), "b", true)).toEqual(["a", "b"]);
});
