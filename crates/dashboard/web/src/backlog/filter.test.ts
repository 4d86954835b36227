import fc from "fast-check";
import { expect, test } from "vitest";
import { ItemKind, ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import { ALL, askedFilter, type Filter, filterOf, KINDS, MOSCOWS, narrows, overlooks, STATUSES, toggled, withFilter } from "./filter";

const product = "products/one-shop";
const read = (search: string) => filterOf(new URLSearchParams(search), product);

test.each([
  ["", ALL],
  ["beside=online&item=ONLINE-3", ALL],
  ["kind=story,defect", { ...ALL, kinds: [ItemKind.STORY, ItemKind.DEFECT] }],
  ["kind=story&kind=defect", { ...ALL, kinds: [ItemKind.STORY, ItemKind.DEFECT] }],
  ["kind=nonsense", ALL],
  ["status=in-progress", { ...ALL, statuses: [ItemStatus.IN_PROGRESS] }],
  ["moscow=must,none", { ...ALL, moscow: [Moscow.MUST, Moscow.UNSPECIFIED] }],
  ["label=a,b&label=c", { ...ALL, labels: ["a,b", "c"] }],
  ["pinned=1&closed=1", { ...ALL, pinned: true, closed: true }],
  ["pinned=yes", ALL],
  ["domain=online,../evil", { ...ALL, domains: ["products/one-shop/domains/online"] }],
  ["asks=backoffice", { ...ALL, asksOf: "products/one-shop/domains/backoffice" }],
  ["q=gift+card", { ...ALL, query: "gift card" }],
])("the address ?%s", (search, then) => {
  expect(read(search)).toEqual(then);
});

test("what is written into an address is read from it, and the rest of it stays", () => {
  const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const filters: fc.Arbitrary<Filter> = fc.record({
    query: fc.string({ maxLength: 30 }),
    kinds: fc.subarray([...KINDS]),
    statuses: fc.subarray([...STATUSES]),
    moscow: fc.subarray([...MOSCOWS]),
    labels: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 5 }),
    pinned: fc.boolean(),
    domains: fc.uniqueArray(id, { maxLength: 4 }).map((ids) => ids.map((one) => `${product}/domains/${one}`)),
    asksOf: fc.option(id).map((one) => (one ? `${product}/domains/${one}` : "")),
    closed: fc.boolean(),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      const written = withFilter(new URLSearchParams("beside=online&q=old&label=old"), filter);
      expect(filterOf(new URLSearchParams(written.toString()), product)).toEqual(filter);
      expect(written.get("beside")).toBe("online");
    }),
  );
});

test("domains narrow the overarching list alone", () => {
  const filter = { ...ALL, domains: ["products/one-shop/domains/online"] };
  expect(askedFilter(filter, true)?.domains).toEqual(filter.domains);
  expect(askedFilter(filter, false)).toBeUndefined();
});

test("closed ones and words leave nothing out of the order", () => {
  expect(narrows({ ...ALL, closed: true, query: "x" })).toBe(false);
});

test("a choice is taken, and taken back", () => {
  expect(toggled([1, 2], 3)).toEqual([1, 2, 3]);
  expect(toggled([1, 2], 2)).toEqual([1]);
});

test.each([
  ["", "", false],
  ["gift", "", false],
  ["", "products/one-shop/domains/online", false],
  ["  ", "products/one-shop/domains/online", false],
  ["gift", "products/one-shop/domains/online", true],
])("looking for “%s” with a question of “%s” overlooks it: %s", (query, asksOf, then) => {
  expect(overlooks({ ...ALL, query, asksOf })).toBe(then);
});
