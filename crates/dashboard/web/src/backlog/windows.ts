/**
 * A long list in windows of rows: which are needed for what is on the screen, and which of their answers is shown. While
 * something newer is on its way, what was there stays, so that all rows on the screen are of one moment. Knows no calls.
 */

/** Rows in a window. */
export const WINDOW = 100;

/** A window as it was answered. */
export interface Window<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly version: bigint;
}

/** What is known of a list. */
export interface Known<Row> {
  readonly windows: ReadonlyMap<number, Window<Row>>;
  readonly total: number;
  /** The oldest version that any of the windows shows. */
  readonly version: bigint;
}

/** The windows of these rows (from 0, both included), and their neighbours where they are near. */
export function windowsFor(first: number, last: number, total: number | undefined): readonly number[] {
  const near = WINDOW / 4;
  const end = total === undefined ? 0 : Math.max(0, Math.ceil(total / WINDOW) - 1);
  const from = Math.max(0, Math.floor((first - near) / WINDOW));
  const to = Math.min(end, Math.floor((Math.max(first, last) + near) / WINDOW));
  const needed: number[] = [];
  for (let window = Math.min(from, to); window <= to; window += 1) needed.push(window);
  return needed;
}

export function rowOf<Row>(known: Known<Row> | undefined, index: number): Row | undefined {
  return known?.windows.get(Math.floor(index / WINDOW))?.rows[index % WINDOW];
}

/** Where something is among the rows that are there. */
export function indexOf<Row extends { readonly name: string }>(known: Known<Row> | undefined, name: string): number | undefined {
  for (const [window, { rows }] of known?.windows ?? []) {
    const at = rows.findIndex((row) => row.name === name);
    if (at >= 0) return window * WINDOW + at;
  }
  return undefined;
}

/** Puts answers together. */
export function knownOf<Row>(windows: ReadonlyMap<number, Window<Row>>): Known<Row> | undefined {
  let latest: Window<Row> | undefined;
  let version: bigint | undefined;
  for (const window of windows.values()) {
    if (!latest || window.version >= latest.version) latest = window;
    if (version === undefined || window.version < version) version = window.version;
  }
  return latest && version !== undefined ? { windows, total: latest.total, version } : undefined;
}

/** How long what is shown may be older than what has come. */
const LONGEST_MS = 1_000;

/** Decides which answers are shown. */
export class Holder<Row> {
  readonly #clock: () => number;
  #list = "";
  #shown: Known<Row> | undefined;
  #since: number | undefined;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * `list` says which list it is; `fresh` are the answers that have come; `held` whether some of them are about to be
   * replaced. `isOld` is whether another list is still shown, as nothing of this one has come.
   */
  next(list: string, fresh: ReadonlyMap<number, Window<Row>>, held: boolean): { known: Known<Row> | undefined; isOld: boolean } {
    const nowMs = this.#clock();
    if (list !== this.#list) {
      if (fresh.size === 0 && this.#shown) return { known: this.#shown, isOld: true };
      this.#list = list;
      this.#shown = undefined;
      this.#since = undefined;
    }
    if (!held) this.#since = undefined;
    else this.#since ??= nowMs;
    const holds = held && this.#shown && nowMs - (this.#since ?? nowMs) < LONGEST_MS;
    const windows = holds && this.#shown ? new Map([...fresh, ...[...this.#shown.windows].filter(([window]) => fresh.has(window))]) : fresh;
    const before = this.#shown;
    if (before && before.windows.size === windows.size && [...windows].every(([window, rows]) => before.windows.get(window) === rows)) {
      return { known: before, isOld: false };
    }
    this.#shown = knownOf(windows) ?? this.#shown;
    return { known: this.#shown, isOld: false };
  }
}

/**
 * How far what one looks at has gone: rows that are shown in both lists tell by how many places most of them moved.
 * `before` are the names on the screen from the top down, with the places that they had.
 */
export function drift(before: readonly { readonly name: string; readonly index: number }[], now: ReadonlyMap<string, number>): number {
  const votes = new Map<number, number>();
  for (const { name, index } of before) {
    const there = now.get(name);
    if (there !== undefined) votes.set(there - index, (votes.get(there - index) ?? 0) + 1);
  }
  let most: readonly [moved: number, votes: number] = [0, votes.get(0) ?? 0];
  for (const vote of votes) if (vote[1] > most[1]) most = vote;
  return most[0];
}
