/** The item that a page shows, for its parts: what it is, whether the reader may change it, what others just changed. */

import { createContext, useContext } from "react";
import type { Item } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import type { Field } from "./fields";

/** What somebody else changed a moment ago. */
export interface Fresh {
  readonly fields: readonly Field[];
  /** Their name. */
  readonly who: string;
}

export interface ItemHere {
  readonly item: Item;
  /** The version of the product that is shown. */
  readonly version: bigint;
  /** Whether the page shows the past; nothing can be changed there. */
  readonly isPast: boolean;
  readonly moment: Moment | undefined;
  readonly mayEdit: boolean;
  readonly fresh: Fresh | undefined;
  /** Asks for the item anew; done when it is there. */
  readonly again: () => Promise<unknown>;
}

const ItemHereContext = createContext<ItemHere | undefined>(undefined);
export const ItemHereProvider = ItemHereContext;

/** Only on an item's page. */
export function useItemHere(): ItemHere {
  const here = useContext(ItemHereContext);
  if (!here) throw new Error("this is shown outside of an item's page");
  return here;
}
