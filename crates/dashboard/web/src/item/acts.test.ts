import { expect, test } from "vitest";
import { ItemKind, ItemStatus } from "../api/gen/koepel/v1/common_pb";
import { Act } from "../api/gen/koepel/v1/product_pb";
import { actOf, deedsFor, DEEDS, editActsOf } from "./acts";

test("an open item can be pinned or unpinned, and one that is closed only reopened", () => {
  const open = deedsFor({ place: 3, pinned: false, status: ItemStatus.READY });
  expect(open).toContain("pin");
  expect(open).not.toContain("unpin");
  expect(open).not.toContain("reopen");
  expect(deedsFor({ place: 3, pinned: true, status: ItemStatus.READY })).toContain("unpin");
  expect(deedsFor({ place: 0, pinned: false, status: ItemStatus.DONE })).toEqual(["reopen"]);
});

test("every deed has an act, and impediments have a way of their own", () => {
  for (const deed of DEEDS) expect(actOf(deed)).not.toBe(Act.UNSPECIFIED);
  expect(editActsOf(ItemKind.IMPEDIMENT)).toContain(Act.RAISE_IMPEDIMENT);
  expect(editActsOf(ItemKind.STORY)).toEqual([Act.EDIT_ITEM]);
});
