import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DecisionSchema } from "../api/gen/koepel/v1/governance_pb";
import { names, touches } from "./mention";

test("a key is named only if it is the whole of it", () => {
  const check = (text: string, named: boolean) => expect(names(text, "ONLINE-4"), text).toBe(named);
  check("rank ONLINE-4 above OFFLINE-2", true);
  check("ONLINE-4", true);
  check("ONLINE-42, then ONLINE-4.", true);
  check("ONLINE-42", false);
  check("MY-ONLINE-4", false);
  check("", false);
});

test("a decision touches what it changed and what it names", () => {
  const item = "products/shop/items/ONLINE-4";
  const check = (decision: Parameters<typeof create<typeof DecisionSchema>>[1], touched: boolean) =>
    expect(touches(create(DecisionSchema, decision), item, "ONLINE-4")).toBe(touched);
  check({ changes: [{ change: { case: "pin", value: item } }] }, true);
  check({ changes: [{ change: { case: "rank", value: { item: "products/shop/items/A-1", place: { at: { case: "before", value: item } } } } }] }, true);
  check({ changes: [{ change: { case: "drop", value: "products/shop/items/A-1" } }] }, false);
  check({ outcome: "ONLINE-4 first" }, true);
  check({ reason: "because of ONLINE-42" }, false);
});
