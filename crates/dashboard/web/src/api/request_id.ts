/**
 * Ids of commands. The same command keeps its id until the server has said yes or no to it, so that one whose answer was
 * lost can be sent again and is carried out once. After some minutes the same words are another wish: whoever moves an item
 * back to where it was moved an hour ago means it.
 */

/** For so long a command without an answer is the same one. */
const SAME_MS = 3 * 60_000;

/** A UUID of version 4, also where the page did not come over an encrypted connection. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Commands that have no answer yet, by their content. */
export class Unanswered {
  readonly #ids = new Map<string, { readonly id: string; readonly tried: number }>();

  /** The id of this command: a new one, unless one with the same content has just been tried and has no answer. */
  idFor(content: string, nowMs = Date.now()): string {
    for (const [old, { tried }] of this.#ids) if (nowMs - tried > SAME_MS) this.#ids.delete(old);
    const id = this.#ids.get(content)?.id ?? newRequestId();
    this.#ids.set(content, { id, tried: nowMs });
    return id;
  }

  /** It has one now. */
  answered(content: string): void {
    this.#ids.delete(content);
  }
}
