import { expect, test } from "vitest";
import { openedOf, viewsOf } from "./opened";

const told = { opens: "product", product_name: "products/shop", product: { name: "products/shop", display_name: "Shop", summary: "All of it" }, expires: "2026-12-29T15:36:11.97726Z" };

test("what a link opens", () => {
  const product = openedOf(told);
  expect(product).toEqual({ opens: "product", product: "products/shop", domain: "", displayName: "Shop", summary: "All of it", expires: new Date("2026-12-29T15:36:11.977Z") });
  expect(product && viewsOf(product)).toEqual(["backlog", "roadmap", "purpose"]);
  const roadmap = openedOf({ ...told, opens: "roadmap" });
  expect(roadmap && viewsOf(roadmap)).toEqual(["roadmap", "purpose"]);
  const domain = openedOf({ opens: "domain", product_name: "products/shop", domain_name: "products/shop/domains/online", expires: "soon" });
  expect(domain).toEqual({ opens: "domain", product: "products/shop", domain: "products/shop/domains/online", displayName: "", summary: "", expires: undefined });
  expect(domain && viewsOf(domain)).toEqual(["backlog"]);
});

test("what is no answer opens nothing", () => {
  const answers: readonly unknown[] = [null, "x", {}, { ...told, opens: "all" }, { ...told, product_name: "people/p-1" }, { ...told, opens: "domain", domain_name: "products/other/domains/x" }];
  for (const answer of answers) expect(openedOf(answer), JSON.stringify(answer)).toBeUndefined();
});
