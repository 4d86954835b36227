/** The keys of a backlog: which of them move the focus, and which say what is to be done with the row that has it. */

export interface Key {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export type Command = "up" | "down" | "top" | "bottom" | "place" | "pin" | "why" | "open" | "undo" | "create" | "keys";

/** The row that the focus goes to, from 0; `undefined` if the key is not for that. */
export function moveFocus({ key, altKey, ctrlKey, metaKey }: Key, from: number, total: number, page: number): number | undefined {
  if (altKey || ctrlKey || metaKey || total === 0) return undefined;
  const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -total, End: total };
  const by = steps[key];
  return by === undefined ? undefined : Math.max(0, Math.min(total - 1, from + by));
}

const PLAIN: Readonly<Record<string, Command>> = { m: "place", p: "pin", Enter: "why", o: "open", u: "undo", n: "create", "?": "keys" };
const WITH_ALT: Readonly<Record<string, Command>> = { ArrowUp: "up", ArrowDown: "down", Home: "top", End: "bottom" };

export function commandOf({ key, altKey, ctrlKey, metaKey }: Key): Command | undefined {
  if (ctrlKey || metaKey) return undefined;
  return altKey ? WITH_ALT[key] : (PLAIN[key] ?? PLAIN[key.toLowerCase()]);
}

/**
 * What a key does that no row has heard. `focus` is on what: letters are for what has the focus, so that whoever speaks to the
 * page, or hits a key by chance, starts nothing. `on`: whether the reader wants them while nothing has it.
 */
export function pageCommandOf(key: Key, focus: "nothing" | "list" | "else", on: boolean): Command | undefined {
  if (key.altKey || focus === "else" || (focus === "nothing" && !on)) return undefined;
  const command = commandOf(key);
  return command === "undo" || command === "create" || command === "keys" ? command : undefined;
}

/** The keys as they are told. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ["↑", "↓", "Page ↑", "Page ↓", "Home", "End"], does: "focus" },
  { keys: ["Alt ↑", "Alt ↓"], does: "step" },
  { keys: ["Alt Home", "Alt End"], does: "edge" },
  { keys: ["M"], does: "place" },
  { keys: ["P"], does: "pin" },
  { keys: ["Enter"], does: "why" },
  { keys: ["O"], does: "open" },
  { keys: ["U"], does: "undo" },
  { keys: ["N"], does: "create" },
  { keys: ["?"], does: "keys" },
];
