import { expect, test } from "vitest";
import { asOfText, momentOf, textOf } from "./asOf";

test("an address says a day, a version or a sync, or it is now", () => {
  for (const text of ["2026-11-01", "165", "sync:2026-W47"]) {
    const asOf = asOfText(text);
    expect(asOf.kind).not.toBe("now");
    expect(textOf(asOf)).toBe(text);
  }
  for (const text of [null, "", "2026-13-45", "sync:", "yesterday", "-1", "sync:../x"]) expect(asOfText(text).kind, String(text)).toBe("now");
});

test("a sync is one of the product", () => {
  expect(momentOf({ kind: "sync", sync: "-" }, "products/shop")?.at).toEqual({ case: "sync", value: "products/shop/syncs/-" });
});
