/**
 * Text of people, taken apart so that it can be shown without ever being markup: paragraphs and lists of lines, and in them
 * words, strong words, and links to http(s) addresses. Anything else of Markdown stays as it was typed.
 */

export type Part =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export type Line = readonly Part[];

export interface Block {
  readonly kind: "paragraph" | "heading" | "list";
  readonly lines: readonly Line[];
}

/** The address, if it is one of the web; what runs scripts or reads files is none. */
export function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || /\s/.test(text)) return undefined;
  try {
    const { protocol, href } = new URL(text);
    return protocol === "http:" || protocol === "https:" ? href : undefined;
  } catch {
    return undefined;
  }
}

const MARKED = /\[([^\][\n]{1,300})\]\((https?:\/\/[^\s()]{1,2000})\)|(https?:\/\/[^\s<>"'`]{1,2000})|\*\*([^*\n]{1,1000})\*\*/gi;

/** Where the sentence goes on after an address: its punctuation is not part of it. */
function withoutTail(address: string): string {
  let end = address.replace(/[.,;:!?'…”’»]+$/, "");
  while (end.endsWith(")") && !end.includes("(")) end = end.slice(0, -1).replace(/[.,;:!?]+$/, "");
  return end;
}

export function partsOf(line: string): Line {
  const parts: Part[] = [];
  const words = (text: string) => {
    const last = parts.at(-1);
    if (!text) return;
    if (last?.kind === "words") parts[parts.length - 1] = { kind: "words", text: last.text + text };
    else parts.push({ kind: "words", text });
  };
  let at = 0;
  for (const found of line.matchAll(MARKED)) {
    const [whole, label, marked, bare, strong] = found;
    words(line.slice(at, found.index));
    at = found.index + whole.length;
    const address = marked ?? (bare === undefined ? undefined : withoutTail(bare));
    const href = address === undefined ? undefined : webAddress(address);
    if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else if (href === undefined || address === undefined) words(whole);
    else {
      parts.push({ kind: "link", text: label ?? address, href });
      if (bare !== undefined) words(bare.slice(address.length));
    }
  }
  words(line.slice(at));
  return parts;
}

const HEADING = /^ {0,3}#{1,6} +(.*?)( +#+)? *$/;
const ENTRY = /^ {0,6}[-*+] +(.*)$/;

export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { kind: "paragraph" | "list"; lines: Line[] } | undefined;
  const put = (kind: "paragraph" | "list", line: string) => {
    if (open?.kind !== kind) {
      open = { kind, lines: [] };
      blocks.push(open);
    }
    open.lines.push(partsOf(line));
  };
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const heading = HEADING.exec(line)?.[1];
    const entry = ENTRY.exec(line)?.[1];
    if (line.trim() === "") open = undefined;
    else if (heading) {
      open = undefined;
      blocks.push({ kind: "heading", lines: [partsOf(heading)] });
    } else if (entry !== undefined) put("list", entry);
    else put("paragraph", line.trimEnd());
  }
  return blocks;
}
