import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { subjectOf, TOPICS, topicsOf } from "./event";

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

test("an event is about what its payload names", () => {
  const check = (type: string, subject: string, data: string, expected: string) => expect(subjectOf(type, subject, data), type).toBe(expected);
  check("EntryChanged", "products/shop", '{"entry":7}', "products/shop/roadmapEntries/7");
  check("EntryAdded", "products/shop/domains/online", '{"entry":7,"domain":"online"}', "products/shop/roadmapEntries/7");
  check("GoalClosed", "products/shop", '{"goal":"calm"}', "products/shop/goals/calm");
  check("EscalationDecided", "products/shop/escalations/3", "{}", "products/shop/escalations/3");
  check("ItemRanked", "products/shop/items/ONLINE-1", '{"entry":7}', "products/shop/items/ONLINE-1");
  check("EntryChanged", "products/shop", "", "products/shop");
});
