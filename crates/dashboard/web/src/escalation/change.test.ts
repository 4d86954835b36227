import { toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderedChangeSchema } from "../api/gen/koepel/v1/escalation_pb";
import { bothWays, type ChangeDraft, draftOf, isWhole, itemsOfDrafts, missingOf, missingOfOption, newChange, newOption, standsSo, VERBS, wireOf, wireOfOptions } from "./change";

const one = "products/shop/items/ONLINE-3";
const other = "products/shop/items/OFFLINE-2";
const domain = "products/shop/domains/offline";

function check(draft: Partial<ChangeDraft>, expected: object | undefined) {
  const wire = wireOf(newChange(draft));
  expect(wire && toJson(OrderedChangeSchema, wire)).toEqual(expected);
}

test("a change goes over the wire as the service knows it", () => {
  check({ verb: "above", item: one, other }, { rank: { item: one, place: { before: other } } });
  check({ verb: "below", item: one, other, withFamily: true }, { rank: { item: one, place: { after: other }, withFamily: true } });
  check({ verb: "top", item: one, other }, { rank: { item: one, place: { edge: "EDGE_TOP" } } });
  check({ verb: "bottom", item: one }, { rank: { item: one, place: { edge: "EDGE_BOTTOM" } } });
  check({ verb: "pin", item: one }, { pin: one });
  check({ verb: "unpin", item: one }, { unpin: one });
  check({ verb: "drop", item: one }, { drop: one });
  check({ verb: "move", item: one, domain }, { move: { item: one, domain } });
});

test("what is not whole does not go at all", () => {
  check({ verb: "above", item: one }, undefined);
  check({ verb: "above", item: one, other: one }, undefined);
  check({ verb: "move", item: one }, undefined);
  check({ verb: "pin" }, undefined);
});

test("what is missing is told, unless nothing was begun", () => {
  expect(missingOf(newChange())).toBeUndefined();
  expect(missingOf(newChange({ other }))).toBe("item");
  expect(missingOf(newChange({ item: one }))).toBe("other");
  expect(missingOf(newChange({ item: one, other: one }))).toBe("same");
  expect(missingOf(newChange({ verb: "move", item: one }))).toBe("domain");
  expect(missingOfOption(newOption("", [newChange({ verb: "pin", item: one })]))).toBe("title");
  expect(missingOfOption(newOption("", [newChange()]))).toBeUndefined();
});

test("what stands so already does not move", () => {
  const stands = (draft: Partial<ChangeDraft>, item: number, there: number) => standsSo(newChange({ item: one, other, ...draft }), { item, other: there });
  expect(stands({}, 9, 26)).toBe(true);
  expect(stands({}, 26, 9)).toBe(false);
  expect(stands({ verb: "below" }, 26, 9)).toBe(true);
  expect(stands({ verb: "below" }, 9, 26)).toBe(false);
  expect(stands({ verb: "top" }, 1, 9)).toBe(false);
  expect(stands({ withFamily: true }, 9, 26)).toBe(false);
  expect(stands({}, 0, 26)).toBe(false);
});

test("a way out that says nothing is left out, and blank changes of one that does", () => {
  const options = [newOption(), newOption(" Tills first ", [newChange(), newChange({ item: one, other })])];
  expect(wireOfOptions(options).map(({ title, changes }) => [title, changes.length])).toEqual([["Tills first", 1]]);
});

test("a disagreement about two items has two ways out", () => {
  const options = bothWays(one, other, (item) => `${item} first`);
  expect(options.map(({ title, changes }) => [title, changes[0]?.item, changes[0]?.other])).toEqual([
    [`${one} first`, one, other],
    [`${other} first`, other, one],
  ]);
  expect(itemsOfDrafts(options.flatMap(({ changes }) => changes))).toEqual([one, other]);
});

test("whatever is whole comes back as it went", () => {
  const name = fc.constantFrom(one, other, "products/shop/items/BACK-1");
  const draft = fc.record({ verb: fc.constantFrom(...VERBS), item: name, other: name, domain: fc.constant(domain), withFamily: fc.boolean() });
  fc.assert(
    fc.property(draft, (given) => {
      const change = newChange(given);
      fc.pre(isWhole(change));
      const wire = wireOf(change);
      const back = wire && draftOf(wire);
      expect(back && wireOf(back)).toEqual(wire);
      expect(back?.verb).toBe(change.verb);
    }),
  );
});
