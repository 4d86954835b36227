/** An item's own fields: what they are called over the wire, how they are typed, and which of them were really changed. */

import { type Item, ItemSchema } from "../api/gen/koepel/v1/backlog_pb";
import { ItemKind, ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { webAddress } from "./text";

/** What a person can set with `UpdateItem`. */
export interface Values {
  title: string;
  text: string;
  kind: ItemKind;
  status: ItemStatus;
  moscow: Moscow;
  estimate: number | undefined;
  value: bigint | undefined;
  labels: readonly string[];
  parent: string;
  goal: string;
  sourceLinks: readonly string[];
  people: readonly string[];
}
export type Field = keyof Values;

export const FIELDS: readonly Field[] = [
  "title",
  "text",
  "kind",
  "status",
  "moscow",
  "estimate",
  "value",
  "labels",
  "parent",
  "goal",
  "sourceLinks",
  "people",
];

/** The field's name in masks and in refusals. */
export function pathOf(field: Field): string {
  return field === "sourceLinks" ? "source_links" : field;
}

export function valueOf<F extends Field>(item: Item, field: F): Values[F] {
  return item[field] as Values[F];
}

/** Whether two values of a field are the same. The order of lists counts, but for labels and people, which have none. */
export function isSame<F extends Field>(field: F, one: Values[F], other: Values[F]): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  const sorted = (list: readonly string[]) => (field === "sourceLinks" ? [...list] : [...list].sort());
  const [left, right] = [sorted(one), sorted(other)];
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}

/** Which fields differ between two states of an item, in the order of `FIELDS`. */
export function changedFields(before: Item, after: Item): readonly Field[] {
  return FIELDS.filter((field) => !isSame(field, valueOf(before, field), valueOf(after, field)));
}

export interface Patch {
  readonly item: MessageInitShape<typeof ItemSchema>;
  readonly updateMask: { readonly paths: string[] };
}

/** What to send so that these values hold: only what differs from the item. `undefined` if nothing does. */
export function patchOf(item: Item, values: Partial<Values>): Patch | undefined {
  const changed = FIELDS.filter((field) => field in values && !isSame(field, valueOf(item, field), values[field] as Values[typeof field]));
  if (changed.length === 0) return undefined;
  const init: Record<string, unknown> = { name: item.name };
  for (const field of changed) {
    const value = values[field];
    init[field] = Array.isArray(value) ? [...value] : value;
  }
  return { item: init as Patch["item"], updateMask: { paths: changed.map(pathOf) } };
}

/** Why what was typed is no value. */
export type Wrong = "number" | "whole" | "large" | "empty" | "address";
export type Typed<V> = { readonly value: V } | { readonly wrong: Wrong; /** What is allowed at most. */ readonly most?: number };

/** What the server takes at most. */
const ESTIMATE_MOST = 100_000;
const VALUE_MOST = 1_000_000_000;

/** A number as people type it, with a point or a comma; nothing is no number. */
export function estimateOf(typed: string): Typed<number | undefined> {
  const text = typed.trim();
  if (!text) return { value: undefined };
  if (!/^\d+([.,]\d{1,2})?$/.test(text)) return { wrong: "number" };
  const value = Number(text.replace(",", "."));
  return value > ESTIMATE_MOST ? { wrong: "large", most: ESTIMATE_MOST } : { value };
}

/** A whole number, with or without marks between the thousands. */
export function wholeOf(typed: string): Typed<bigint | undefined> {
  const text = typed.trim();
  if (!text) return { value: undefined };
  if (!/^(\d+|\d{1,3}([ .,\u00a0\u202f]\d{3})+)$/.test(text)) return { wrong: "whole" };
  const value = BigInt(text.replace(/\D/g, ""));
  return value > BigInt(VALUE_MOST) ? { wrong: "large", most: VALUE_MOST } : { value };
}

export function titleOf(typed: string): Typed<string> {
  const value = typed.trim().replace(/\s+/g, " ");
  return value ? { value } : { wrong: "empty" };
}

/** What stands between commas or on lines of its own, each once. */
export function listOf(typed: string, parting: RegExp): Typed<readonly string[]> {
  return { value: [...new Set(typed.split(parting).map((entry) => entry.trim()).filter(Boolean))] };
}

/** Addresses of the web, one a line, each once. */
export function addressesOf(typed: string): Typed<readonly string[]> {
  const found = listOf(typed, /\n/);
  return "value" in found && found.value.some((entry) => webAddress(entry) === undefined) ? { wrong: "address" } : found;
}
