import { expect, test } from "vitest";
import { besideOf } from "./beside";

const domains = [
  { name: "products/p/domains/online", domainPo: "people/a", deputy: "" },
  { name: "products/p/domains/offline", domainPo: "people/b", deputy: "people/c" },
];

test.each([
  ["nothing said, to a PO: their own", null, "people/b", "products/p/domains/offline"],
  ["nothing said, to who stands in for a PO", null, "people/c", "products/p/domains/offline"],
  ["nothing said, to anybody else: the first", null, "people/z", "products/p/domains/online"],
  ["nothing said, to nobody", null, "", "products/p/domains/online"],
  ["one that there is", "offline", "people/a", "products/p/domains/offline"],
  ["one that there is not", "nowhere", "people/a", "products/p/domains/online"],
  ["none", "-", "people/a", ""],
])("%s", (_, text, reader, then) => {
  expect(besideOf(text, domains, reader)).toBe(then);
});

test("a product without domains has nothing beside it", () => {
  expect(besideOf(null, [], "")).toBe("");
});
