import { expect, test } from "vitest";
import { difference } from "./clock";

const now = Date.parse("2026-11-29T12:00:00Z");

test("a clock that is wrong is found, one that is nearly right is right", () => {
  expect(difference("Sun, 29 Nov 2026 12:00:03 GMT", now)).toBe(0);
  expect(difference("Sun, 29 Nov 2026 13:00:00 GMT", now)).toBe(3_600_500);
  expect(difference("Sun, 29 Nov 2026 11:00:00 GMT", now)).toBe(-3_599_500);
});

test("what is no date teaches nothing", () => {
  expect(difference(null, now)).toBeUndefined();
  expect(difference("soon", now)).toBeUndefined();
});
