/** What somebody else has just changed of the item that is shown: marked for as long as news is. */

import { useState } from "react";
import type { Item } from "../api/gen/koepel/v1/backlog_pb";
import { useMark } from "../live/recent";
import { useHere, useMe } from "../me/Me";
import { changedFields, type Field } from "./fields";
import type { Fresh } from "./itemHere";

const NONE: readonly Field[] = [];

export function useFresh(item: Item | undefined, name: string): Fresh | undefined {
  const mark = useMark(name);
  const me = useMe();
  const { nameOf } = useHere();
  const [before, setBefore] = useState(item);
  const [fields, setFields] = useState(NONE);
  if (item && before !== item) {
    setBefore(item);
    if (before && before.changedAtVersion !== item.changedAtVersion) setFields(changedFields(before, item));
  }
  if (!mark || mark.actor === me?.name) return undefined;
  return { fields, who: nameOf(mark.actor) };
}
