import { expect, test } from "vitest";
import { endAfter, endOfDay, EXPIRIES, type Expiring, mayEnd } from "./expiry";

const now = new Date(2026, 10, 29, 12);

test("whatever is offered is allowed", () => {
  for (const what of Object.keys(EXPIRIES) as Expiring[]) {
    for (const days of EXPIRIES[what]) expect(mayEnd(what, endAfter(days, now), now), `${what} ${days}`).toBe(true);
  }
});

test("a day ends at its end, by the reader's own clock", () => {
  expect(endOfDay("2026-11-29", now)).toEqual(new Date(2026, 10, 29, 23, 59, 59));
  expect(endOfDay("2026-11-28", now)).toBeUndefined();
  expect(endOfDay("soon", now)).toBeUndefined();
});

test("only a token may hold for ever, and an invitation a month at most", () => {
  expect(mayEnd("token", undefined, now)).toBe(true);
  expect(mayEnd("link", undefined, now)).toBe(false);
  expect(mayEnd("invitation", endAfter(31, now), now)).toBe(false);
});
