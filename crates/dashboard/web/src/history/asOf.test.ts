import { expect, test } from "vitest";
import { asOfOn, asOfText, momentOf, textOf } from "./asOf";

test("an address says a day, a version or a sync, or it is now", () => {
  for (const text of ["2026-11-01", "2026-11-29", "165", "sync:2026-W47"]) {
    const asOf = asOfOn(text, new Date(2026, 10, 29, 12));
    expect(asOf.kind).not.toBe("now");
    expect(textOf(asOf)).toBe(text);
  }
  for (const text of [null, "", "2026-13-45", "2026-02-31", "2099-12-24", "sync:", "yesterday", "-1", "sync:../x"]) expect(asOfText(text).kind, String(text)).toBe("now");
});

test("a sync is one of the product", () => {
  expect(momentOf({ kind: "sync", sync: "-" }, "products/shop")?.at).toEqual({ case: "sync", value: "products/shop/syncs/-" });
});
