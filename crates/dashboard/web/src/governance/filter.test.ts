import fc from "fast-check";
import { expect, test } from "vitest";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import { addressOfFilter, type Filter, filterOf, isNarrow } from "./filter";

const of = (text: string) => filterOf(new URLSearchParams(text));

test("an address says what is shown", () => {
  expect(of("?q=tills+first&topic=budget&in_force=1&not_followed=1")).toEqual({ query: "tills first", topic: Topic.BUDGET, inForce: true, notFollowed: true });
  expect(of("?topic=weather&in_force=yes")).toEqual(of(""));
  expect(isNarrow(of(""))).toBe(false);
  expect(isNarrow(of("?q=x"))).toBe(true);
});

test("each filter has an address, and each address its filter", () => {
  const filters: fc.Arbitrary<Filter> = fc.record({
    query: fc.string({ maxLength: 50 }),
    topic: fc.constantFrom(Topic.UNSPECIFIED, Topic.PRIORITY, Topic.COMPLIANCE),
    inForce: fc.boolean(),
    notFollowed: fc.boolean(),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      expect(of(addressOfFilter(filter))).toEqual(filter);
    }),
  );
});
