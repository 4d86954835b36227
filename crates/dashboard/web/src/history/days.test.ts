import fc from "fast-check";
import { expect, test } from "vitest";
import { dayAt, dayOf, daysBetween, isOffered, lifeOf, movedBy, positionOf, shifted } from "./days";

const life = lifeOf(new Date(2026, 10, 2, 9, 30), new Date(2026, 10, 29, 15, 10));

test("a life goes from the day it was made to today", () => {
  expect(life).toEqual({ first: "2026-11-02", today: "2026-11-29", length: 27 });
  expect(dayAt(life, 0)).toBe("2026-11-02");
  expect(dayAt(life, 26)).toBe("2026-11-28");
  expect(dayAt(life, 27)).toBeUndefined();
});

test("what was made today has no days before now, also by a clock that is behind", () => {
  const now = new Date(2026, 10, 29, 15);
  expect(lifeOf(now, now).length).toBe(0);
  expect(lifeOf(new Date(2026, 11, 1), now).length).toBe(0);
  expect(dayAt(lifeOf(now, now), 0)).toBeUndefined();
});

test("keys move by days and weeks, and stop at the ends", () => {
  const check = (position: number, key: string, then: number | undefined) => expect(movedBy(life, position, key), key).toBe(then);
  check(10, "ArrowLeft", 9);
  check(10, "ArrowUp", 11);
  check(10, "PageDown", 3);
  check(10, "PageUp", 17);
  check(3, "PageDown", 0);
  check(27, "ArrowRight", 27);
  check(10, "Home", 0);
  check(10, "End", 27);
  check(10, "a", undefined);
});

test("only days that are over and had the product are offered", () => {
  for (const day of ["2026-11-02", "2026-11-28"]) expect(isOffered(life, day), day).toBe(true);
  for (const day of ["2026-11-01", "2026-11-29", "0002-11-05", "", "soon"]) expect(isOffered(life, day), day).toBe(false);
});

test("days and positions are the same, over changes of the clock and leap days", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(2020, 0, 1), max: new Date(2030, 0, 1), noInvalidDate: true }), fc.nat(2_000), fc.nat(2_000), (made, days, at) => {
      const first = dayOf(made);
      const life = { first, today: shifted(first, days), length: days };
      expect(daysBetween(first, life.today)).toBe(days);
      const day = dayAt(life, at);
      expect(positionOf(life, day)).toBe(Math.min(at, days));
      expect(day === undefined || isOffered(life, day)).toBe(true);
    }),
  );
});
