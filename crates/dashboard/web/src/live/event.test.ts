import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { TOPICS, topicsOf } from "./event";

/** Each event of a product that can be stored has a schema of this name. */
const stored = readdirSync(new URL("../../../../../proto/events", import.meta.url))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.split(".")[0] ?? "");

test("every event that a product can have is known", () => {
  expect(stored.length).toBeGreaterThan(50);
  const unknown = [...new Set(stored)].filter((type) => type !== "TextRedacted" && topicsOf({ type }) === TOPICS);
  expect(unknown).toEqual([]);
});

test("what is not known may concern anything", () => {
  expect(topicsOf({ type: "SomethingNew" })).toEqual(TOPICS);
});
