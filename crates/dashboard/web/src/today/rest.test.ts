import { expect, test } from "vitest";
import { restOf } from "./rest";

test("news that comes to rest is waited for, news that never does is not", () => {
  const check = (sinceMs: number, nowMs: number, expected: number) => expect(restOf(sinceMs, nowMs)).toBe(expected);
  check(0, 0, 4_000);
  check(0, 20_000, 4_000);
  check(0, 28_500, 1_500);
  check(0, 40_000, 0);
});
