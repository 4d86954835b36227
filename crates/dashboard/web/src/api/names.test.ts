import { expect, test } from "vitest";
import { addressOf, collectionOf, idOf, productOf } from "./names";

test("the parts of a name", () => {
  expect(idOf("products/webshop/items/ONLINE-42")).toBe("ONLINE-42");
  expect(productOf("products/webshop/items/ONLINE-42")).toBe("products/webshop");
  expect(productOf("people/p-1")).toBe("");
  expect(collectionOf("products/webshop/items/ONLINE-42")).toBe("items");
});

test("what has a page has an address", () => {
  expect(addressOf("products/webshop/escalations/7")).toBe("/products/webshop/escalations/7");
  expect(addressOf("products/webshop/domains/online")).toBe("/products/webshop/backlog?beside=online");
  expect(addressOf("people/p-1")).toBeUndefined();
});
