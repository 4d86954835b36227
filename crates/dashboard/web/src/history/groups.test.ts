import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DifferenceCountSchema, DifferenceKind, DifferenceSchema } from "../api/gen/koepel/v1/history_pb";
import { countsOf, groupsOf, KINDS, kindsOf, textOfKinds, toggled } from "./groups";

const difference = (crossesDomains: boolean, domain: string) => create(DifferenceSchema, { crossesDomains, domain });

test("what crosses domains is one group, whatever domain it is of", () => {
  const groups = groupsOf([difference(true, "a"), difference(true, "b"), difference(false, ""), difference(false, "a"), difference(false, "a")]);
  expect(groups.map(({ key, differences }) => [key, differences.length])).toEqual([
    ["crossing", 2],
    ["", 1],
    ["a", 2],
  ]);
  expect(groupsOf([])).toEqual([]);
});

test("nothing is lost, moved or told twice", () => {
  const any = fc.record({ crosses: fc.boolean(), domain: fc.constantFrom("", "a", "b") });
  fc.assert(
    fc.property(fc.array(any), (told) => {
      const differences = told.map(({ crosses, domain }) => difference(crosses, domain));
      const groups = groupsOf(differences);
      expect(groups.flatMap((group) => group.differences)).toEqual(differences);
      for (const [index, group] of groups.entries()) expect(groups[index + 1]?.key).not.toBe(group.key);
    }),
  );
});

test("kinds go to the address and back", () => {
  expect(kindsOf("roadmap,ORDER,nonsense")).toEqual([DifferenceKind.ROADMAP, DifferenceKind.ORDER]);
  expect(kindsOf(null)).toEqual([]);
  expect(textOfKinds([DifferenceKind.ORDER, DifferenceKind.PURPOSE])).toBe("purpose,order");
  fc.assert(
    fc.property(fc.subarray([...KINDS]), fc.constantFrom(...KINDS), (kinds, kind) => {
      expect(kindsOf(textOfKinds(kinds))).toEqual(kinds);
      expect(textOfKinds(toggled(toggled(kinds, kind), kind))).toBe(textOfKinds(kinds));
    }),
  );
});

test("a kind that is asked for stays to be taken away, though there is none of it", () => {
  const counts = [create(DifferenceCountSchema, { kind: DifferenceKind.ROADMAP, count: 3, slipped: 1 })];
  expect(countsOf(counts, [DifferenceKind.ORDER])).toEqual([
    { kind: DifferenceKind.ROADMAP, count: 3, slipped: 1 },
    { kind: DifferenceKind.ORDER, count: 0, slipped: 0 },
  ]);
});
