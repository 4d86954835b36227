/** What can be done with an item, and to which act of the mandate each belongs. Knows no page. */

import { ItemKind, ItemStatus } from "../api/gen/koepel/v1/common_pb";
import { Act } from "../api/gen/koepel/v1/product_pb";
import type { Item } from "../api/gen/koepel/v1/backlog_pb";

export const DEEDS = ["done", "top", "bottom", "topOverall", "place", "pin", "unpin", "split", "move", "merge", "duplicate", "drop", "reopen"] as const;
export type Deed = (typeof DEEDS)[number];

/** Which deeds make sense for it as it is. */
export function deedsFor(item: Pick<Item, "place" | "pinned" | "status">): readonly Deed[] {
  if (item.place === 0 || item.status === ItemStatus.DONE || item.status === ItemStatus.DROPPED) return ["reopen"];
  return DEEDS.filter((deed) => deed !== "reopen" && deed !== (item.pinned ? "pin" : "unpin"));
}

/** What one has to be allowed to. */
export function actOf(deed: Deed): Act {
  switch (deed) {
    case "done":
    case "split":
    case "merge":
    case "duplicate":
    case "drop":
    case "reopen":
      return Act.CLOSE_ITEM;
    case "move":
      return Act.MOVE_ITEM;
    case "pin":
    case "unpin":
      return Act.PIN;
    case "top":
    case "bottom":
    case "place":
      return Act.ORDER_DOMAIN;
    case "topOverall":
      return Act.ORDER_PRODUCT;
  }
}

/** By which of the acts its fields may be changed, the likelier first. */
export function editActsOf(kind: ItemKind): readonly Act[] {
  return kind === ItemKind.IMPEDIMENT ? [Act.EDIT_ITEM, Act.RAISE_IMPEDIMENT] : [Act.EDIT_ITEM];
}
