import { expect, test } from "vitest";
import { type AsOf, asOfText } from "../history/asOf";
import { ALL } from "./filter";
import { applied, keyOf, NOW } from "./source";

const parent = "products/one-shop";

test("each moment, each list and each filter is a list of its own", () => {
  const moments: AsOf[] = ["", "2026-11-01", "2026-11-02", "7", "8", "sync:a", "sync:b"].map(asOfText);
  const filters = [ALL, { ...ALL, pinned: true }, { ...ALL, labels: ["a"] }];
  const keys = [parent, `${parent}/domains/online`].flatMap((parent) => filters.flatMap((filter) => moments.map((asOf) => keyOf({ parent, filter, asOf }))));
  expect(new Set(keys).size).toBe(2 * 3 * 7);
  expect(keyOf({ parent, filter: { ...ALL }, asOf: asOfText("2026-11-01") })).toBe(keyOf({ parent, filter: ALL, asOf: asOfText("2026-11-01") }));
});

test.each([
  ["now", "", "gift"],
  ["a day", "2026-11-01", ""],
  ["a version", "12", ""],
  ["a sync", "sync:a", ""],
])("words on %s", (_, text, query) => {
  const filter = { ...ALL, pinned: true, query: "gift" };
  expect(applied(filter, asOfText(text))).toEqual({ ...filter, query });
});

test("what applies as it is stays the same thing", () => {
  expect(applied(ALL, asOfText("12"))).toBe(ALL);
  expect(applied({ ...ALL, query: "x" }, NOW).query).toBe("x");
});
