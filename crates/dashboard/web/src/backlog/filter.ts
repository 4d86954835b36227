/** What of the backlog is shown, as the address of the page says it, and as the server is asked for it. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { type BacklogFilterSchema, BacklogState } from "../api/gen/koepel/v1/backlog_pb";
import { ItemKind, ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import { idOf, nameOf } from "../api/names";

export interface Filter {
  /** Words that are looked for. */
  readonly query: string;
  readonly kinds: readonly ItemKind[];
  readonly statuses: readonly ItemStatus[];
  /** `UNSPECIFIED` for those without. */
  readonly moscow: readonly Moscow[];
  readonly labels: readonly string[];
  readonly pinned: boolean;
  /** `products/webshop/domains/online`; of the overarching list alone. */
  readonly domains: readonly string[];
  /** A domain of which something is asked; empty for none. */
  readonly asksOf: string;
  readonly closed: boolean;
}

export const ALL: Filter = { query: "", kinds: [], statuses: [], moscow: [], labels: [], pinned: false, domains: [], asksOf: "", closed: false };

/** The parts of the address that say it. */
const PARTS = ["q", "kind", "status", "moscow", "label", "pinned", "domain", "asks", "closed"] as const;

export const KINDS = [ItemKind.EPIC, ItemKind.FEATURE, ItemKind.STORY, ItemKind.TASK, ItemKind.DEFECT, ItemKind.IMPEDIMENT] as const;
export const STATUSES = [ItemStatus.NEW, ItemStatus.READY, ItemStatus.IN_PROGRESS, ItemStatus.DONE, ItemStatus.DROPPED] as const;
export const MOSCOWS = [Moscow.MUST, Moscow.SHOULD, Moscow.COULD, Moscow.WONT, Moscow.UNSPECIFIED] as const;

const MOST_QUERY = 500;
const MOST_LABELS = 50;

const asWord = (name: string | undefined) => (name ?? "").toLowerCase().replaceAll("_", "-");

/** Those of `values` whose words stand in the address, in the order of `values`. */
function among<T extends number>(values: readonly T[], word: (value: T) => string, texts: readonly string[]): readonly T[] {
  const wanted = new Set(texts.flatMap((text) => text.split(",")));
  return values.filter((value) => wanted.has(word(value)));
}

const kindWord = (kind: ItemKind) => asWord(ItemKind[kind]);
const statusWord = (status: ItemStatus) => asWord(ItemStatus[status]);
const moscowWord = (moscow: Moscow) => (moscow === Moscow.UNSPECIFIED ? "none" : asWord(Moscow[moscow]));

/** Changes what is filtered, from what it is at that moment; `replace` leaves no step in the history of the browser. */
export type SetFilter = (change: (now: Filter) => Filter, replace?: boolean) => void;

/** Reads an address. What it does not know it leaves out. */
export function filterOf(search: URLSearchParams, product: string): Filter {
  const domain = (id: string) => (/^[a-z][a-z0-9-]{0,39}$/.test(id) ? [nameOf(product, "domains", id)] : []);
  return {
    query: (search.get("q") ?? "").slice(0, MOST_QUERY),
    kinds: among(KINDS, kindWord, search.getAll("kind")),
    statuses: among(STATUSES, statusWord, search.getAll("status")),
    moscow: among(MOSCOWS, moscowWord, search.getAll("moscow")),
    labels: [...new Set(search.getAll("label"))].filter((label) => label !== "").slice(0, MOST_LABELS),
    pinned: search.get("pinned") === "1",
    domains: [...new Set(search.getAll("domain").flatMap((text) => text.split(",")))].flatMap(domain),
    asksOf: domain(search.get("asks") ?? "")[0] ?? "",
    closed: search.get("closed") === "1",
  };
}

/** Writes it into an address, whose other parts stay. */
export function withFilter(search: URLSearchParams, filter: Filter): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const part of PARTS) next.delete(part);
  if (filter.query) next.set("q", filter.query);
  if (filter.kinds.length > 0) next.set("kind", filter.kinds.map(kindWord).join(","));
  if (filter.statuses.length > 0) next.set("status", filter.statuses.map(statusWord).join(","));
  if (filter.moscow.length > 0) next.set("moscow", filter.moscow.map(moscowWord).join(","));
  for (const label of filter.labels) next.append("label", label);
  if (filter.pinned) next.set("pinned", "1");
  if (filter.domains.length > 0) next.set("domain", filter.domains.map(idOf).join(","));
  if (filter.asksOf) next.set("asks", idOf(filter.asksOf));
  if (filter.closed) next.set("closed", "1");
  return next;
}

/** Whether it leaves items out that a list would have. */
export function narrows(filter: Filter): boolean {
  return (
    filter.kinds.length + filter.statuses.length + filter.moscow.length + filter.labels.length + filter.domains.length > 0 ||
    filter.pinned ||
    filter.asksOf !== ""
  );
}

/** As a list is asked for; `domains` are of the overarching list alone. */
export function askedFilter(filter: Filter, isProduct: boolean): MessageInitShape<typeof BacklogFilterSchema> | undefined {
  const own = isProduct ? filter : { ...filter, domains: [] };
  if (!narrows(own)) return undefined;
  const { kinds, statuses, moscow, labels, pinned, domains, asksOf } = own;
  return { kinds: [...kinds], statuses: [...statuses], moscow: [...moscow], labels: [...labels], pinned, domains: [...domains], asksOf };
}

/** Whether words are looked for in spite of a choice that the search does not know. */
export function overlooks(filter: Filter): boolean {
  return filter.query.trim() !== "" && filter.asksOf !== "";
}

export function stateOf(filter: Filter): BacklogState {
  return filter.closed ? BacklogState.ALL : BacklogState.OPEN;
}

/** Takes something into a choice, or out of it. */
export function toggled<T>(chosen: readonly T[], value: T): readonly T[] {
  return chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
}
