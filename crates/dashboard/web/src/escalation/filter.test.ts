import fc from "fast-check";
import { expect, test } from "vitest";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import { TOPICS } from "../product/topics";
import { addressOfFilter, draftOfAddress, type Filter, filterOf, STATES } from "./filter";

const of = (text: string) => filterOf(new URLSearchParams(text));

test("an address says what is shown", () => {
  expect(of("")).toEqual({ state: "open", mine: false, domain: "", topic: Topic.UNSPECIFIED });
  expect(of("?state=decided&mine=1&domain=back-office&topic=budget")).toEqual({ state: "decided", mine: true, domain: "back-office", topic: Topic.BUDGET });
});

test("what an address says that is not known here says nothing", () => {
  expect(of("?state=gone&mine=yes&domain=../x&topic=weather")).toEqual(of(""));
});

test("each filter has an address, and each address its filter", () => {
  const filters: fc.Arbitrary<Filter> = fc.record({
    state: fc.constantFrom(...STATES),
    mine: fc.boolean(),
    domain: fc.constantFrom("", "online", "back-office"),
    topic: fc.constantFrom(Topic.UNSPECIFIED, ...TOPICS),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      expect(of(addressOfFilter(filter))).toEqual(filter);
    }),
  );
});

test("a link to the form says what it begins with", () => {
  const draft = (text: string) => draftOfAddress(new URLSearchParams(text), "products/shop");
  expect(draft("raise=1&item=ONLINE-3&item=OFFLINE-2&item=ONLINE-3&item=x/../y&entry=7&entry=x&topic=dependency&title=Who%3F")).toEqual({
    items: ["products/shop/items/ONLINE-3", "products/shop/items/OFFLINE-2"],
    entries: ["products/shop/roadmapEntries/7"],
    topic: Topic.DEPENDENCY,
    title: "Who?",
  });
  expect(draft("raise=1")).toEqual({ items: [], entries: [], topic: Topic.PRIORITY, title: "" });
});
