import { expect, test } from "vitest";
import { type AsOf, textOf } from "./asOf";
import { fromOf, notBefore, startIs, startOf, STARTS } from "./span";

const today = "2026-11-29";

test("without a word it is since the last sync, or the last seven days", () => {
  const check = (text: string | null, hasSync: boolean, from: string) => expect(textOf(fromOf(text, hasSync, today)), String(text)).toBe(from);
  check(null, true, "sync:-");
  check(null, false, "2026-11-22");
  check("nonsense", true, "sync:-");
  check("2026-11-03", true, "2026-11-03");
  check("165", false, "165");
});

test("each choice is known by its moment", () => {
  for (const start of STARTS) expect(startIs(startOf(start, today), today)).toBe(start);
  expect(startIs({ kind: "version", version: 3n }, today)).toBeUndefined();
  expect(startIs({ kind: "day", day: "2026-11-01" }, today)).toBeUndefined();
});

test("before the product there was nothing", () => {
  const check = (from: AsOf, then: string) => expect(textOf(notBefore(from, "2026-11-02"))).toBe(then);
  check({ kind: "day", day: "2026-11-01" }, "0");
  check({ kind: "day", day: "2026-11-02" }, "2026-11-02");
  check({ kind: "sync", sync: "-" }, "sync:-");
});
