/** Whether a decision or a text is about an item. Knows no page. */

import type { Decision } from "../api/gen/koepel/v1/governance_pb";

/** Whether a text names a key: `ONLINE-4` is not in `ONLINE-42`, nor in `MY-ONLINE-4`. */
export function names(text: string, key: string): boolean {
  let at = text.indexOf(key);
  while (at >= 0) {
    const before = text[at - 1] ?? " ";
    const after = text[at + key.length] ?? " ";
    if (!/[\p{L}\d-]/u.test(before) && !/[\p{L}\d]/u.test(after)) return true;
    at = text.indexOf(key, at + 1);
  }
  return false;
}

/** Whether a decision changed an item, or speaks of it. */
export function touches(decision: Decision, item: string, key: string): boolean {
  const changed = decision.changes.some(({ change }) => {
    switch (change.case) {
      case "rank":
      case "move":
        return change.value.item === item || (change.case === "rank" && (change.value.place?.at.value === item));
      case "pin":
      case "unpin":
      case "drop":
        return change.value === item;
      case undefined:
        return false;
    }
  });
  return changed || [decision.outcome, decision.reason, decision.summary, ...decision.options].some((text) => names(text, key));
}
