/**
 * The version that a form was opened at. When the server says that it is another by now, the page behind shows what is there,
 * and the next try is made knowing that.
 */

import { useEffect, useState } from "react";
import { refusalOf } from "../api/refusal";
import { useItemHere } from "./itemHere";

export function useSeen(refused: unknown): bigint {
  const { item, again } = useItemHere();
  const [seen, setSeen] = useState(item.changedAtVersion);
  const isStale = refused ? refusalOf(refused).reason === "STALE" : false;
  useEffect(() => {
    if (isStale) void again();
    // `again` is another function each time.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [refused, isStale]);
  if (isStale && seen !== item.changedAtVersion) setSeen(item.changedAtVersion);
  return seen;
}
