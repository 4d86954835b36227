import { create, type MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GoalSchema, Horizon, RoadmapEntrySchema } from "../api/gen/koepel/v1/roadmap_pb";
import { concerned, goalIdOf, grouped, matching, releaseDays, releasesOf, shareDone, slips, withAnswers } from "./plan";
import { whenOf } from "./span";

type Given = Omit<MessageInitShape<typeof RoadmapEntrySchema>, "$typeName">;
const entry = (number: number, given: Given = {}) =>
  create(RoadmapEntrySchema, { name: `products/shop/roadmapEntries/${number}`, domain: "products/shop/domains/online", ...given });
const dates = (start: number | undefined, end: number | undefined) => whenOf({ kind: "dates", start, end });
const horizon = (horizon: Horizon) => whenOf({ kind: "horizon", horizon });
const numbers = (entries: readonly { name: string }[]) => entries.map(({ name }) => Number(name.split("/").pop()));

const entries = [
  entry(1, { release: "Spring", goal: "products/shop/goals/calm", items: ["a", "b"], when: dates(10, 20) }),
  entry(2, { release: "Spring", domain: "products/shop/domains/offline", when: dates(12, 40) }),
  entry(3, { release: "Summer", items: ["b"], when: dates(50, undefined) }),
  entry(4, { when: horizon(Horizon.NOW) }),
  entry(5, { when: horizon(Horizon.LATER) }),
];

test("filters leave what matches all of them", () => {
  const check = (goal: string, release: string, domain: string, expected: number[]) =>
    expect(numbers(matching(entries, { goal, release, domain }))).toEqual(expected);
  check("", "", "", [1, 2, 3, 4, 5]);
  check("calm", "", "", [1]);
  check("-", "", "", [2, 3, 4, 5]);
  check("", "Spring", "offline", [2]);
  check("calm", "Summer", "", []);
});

test("a release is there with the last of its entries", () => {
  expect(releasesOf(entries)).toEqual(["Spring", "Summer"]);
  expect(releaseDays(entries)).toEqual([{ release: "Spring", day: 40 }]);
});

test("each entry is in one group, in its order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(dates(1, 2), horizon(Horizon.NOW), horizon(Horizon.NEXT), horizon(Horizon.LATER))), (whens) => {
      const given = whens.map((when, index) => entry(index, { when }));
      const groups = grouped(given);
      const all = [groups.now, groups.dates, groups.next, groups.later];
      expect(all.flatMap(numbers).sort((a, b) => a - b)).toEqual(numbers(given));
      for (const group of all) expect(numbers(group)).toEqual(numbers(group).sort((a, b) => a - b));
    }),
  );
});

test("a move concerns what comes with the same release, and what has an item in common", () => {
  const [first] = entries;
  if (!first) throw new Error("no entry");
  const found = concerned(first, entries);
  expect([numbers(found.sameRelease), numbers(found.sameItems)]).toEqual([[2], [3]]);
});

test("an answer stands in until the list has it", () => {
  const listed = [entry(1, { title: "old", changedAtVersion: 3n }), entry(2, { title: "newer", changedAtVersion: 9n })];
  const answers = new Map([1, 2].map((number) => [`products/shop/roadmapEntries/${number}`, entry(number, { title: "mine", changedAtVersion: 5n })]));
  expect(withAnswers(listed, answers).map(({ title }) => title)).toEqual(["mine", "newer"]);
});

test("what slipped, slipped by its end", () => {
  const now = [entry(1, { when: dates(10, 34) }), entry(2, { when: dates(1, 2) }), entry(3, { when: dates(57, undefined) })];
  expect([...slips(entries, now)]).toEqual([
    ["products/shop/roadmapEntries/1", 14],
    ["products/shop/roadmapEntries/3", 7],
  ]);
});

test("how far an entry is", () => {
  const share = (progress: NonNullable<Given["progress"]>) => shareDone(entry(1, { progress }));
  expect(share({ doneItems: 1, allItems: 2, doneEstimate: 2, allEstimate: 8 })).toBe(0.25);
  expect(share({ doneItems: 1, allItems: 2, doneEstimate: 2, allEstimate: 8, itemsWithoutEstimate: 1 })).toBe(0.5);
  expect(share({})).toBeUndefined();
});

test("a goal's id comes from its name", () => {
  const goals = [create(GoalSchema, { name: "products/shop/goals/fewer-returns" })];
  expect(goalIdOf("Fewer returns!", goals)).toBe("fewer-returns-2");
  expect(goalIdOf("Færre åbne sager", [])).toBe("faerre-aabne-sager");
  expect(goalIdOf("42", [])).toBe("goal");
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(goalIdOf(name, goals)).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    }),
  );
});
