/** Changes that a decision orders, as they are put together in a form, and as they go over the wire. Knows no React. */

import { create } from "@bufbuild/protobuf";
import { Edge, PlaceSchema } from "../api/gen/koepel/v1/common_pb";
import {
  type EscalationOption,
  EscalationOptionSchema,
  type OrderedChange,
  OrderedChange_MoveSchema,
  OrderedChange_RankSchema,
  OrderedChangeSchema,
} from "../api/gen/koepel/v1/escalation_pb";

/** What a change does; the words of the form. */
export const VERBS = ["above", "below", "top", "bottom", "pin", "unpin", "move", "drop"] as const;
export type Verb = (typeof VERBS)[number];

/** A change in a form: what is not yet chosen is empty. */
export interface ChangeDraft {
  /** For lists of the page. */
  readonly id: number;
  readonly verb: Verb;
  /** `products/webshop/items/ONLINE-42`. */
  readonly item: string;
  /** The item next to which it goes; for `above` and `below`. */
  readonly other: string;
  /** `products/webshop/domains/online`; for `move`. */
  readonly domain: string;
  /** Whether its open descendants come along; for what ranks. */
  readonly withFamily: boolean;
}

/** A way out in a form. */
export interface OptionDraft {
  readonly id: number;
  readonly title: string;
  readonly changes: readonly ChangeDraft[];
}

let last = 0;
const fresh = () => (last += 1);

export function newChange(of: Partial<ChangeDraft> = {}): ChangeDraft {
  return { verb: "above", item: "", other: "", domain: "", withFamily: false, ...of, id: fresh() };
}

export function newOption(title = "", changes: readonly ChangeDraft[] = []): OptionDraft {
  return { id: fresh(), title, changes };
}

/** Whether nothing was chosen yet, so that it may be left out. */
export function isBlank(change: ChangeDraft): boolean {
  return !change.item && !change.other && !change.domain;
}

export function isWhole(change: ChangeDraft): boolean {
  if (!change.item) return false;
  if (needsOther(change.verb)) return change.other !== "" && change.other !== change.item;
  return change.verb !== "move" || change.domain !== "";
}

export function needsOther(verb: Verb): boolean {
  return verb === "above" || verb === "below";
}

export function ranks(verb: Verb): boolean {
  return needsOther(verb) || verb === "top" || verb === "bottom";
}

/** What is still to be said before a way out can be sent. */
export type Missing = "title" | "item" | "other" | "same" | "domain";

/** Of a change; `undefined` if it is whole, or says nothing at all. */
export function missingOf(change: ChangeDraft): Missing | undefined {
  if (isBlank(change) || isWhole(change)) return undefined;
  if (!change.item) return "item";
  if (needsOther(change.verb)) return change.other ? "same" : "other";
  return "domain";
}

/** Of a way out; one without title and changes is left out. */
export function missingOfOption(option: OptionDraft): Missing | undefined {
  for (const change of option.changes) {
    const missing = missingOf(change);
    if (missing) return missing;
  }
  return option.title.trim() === "" && option.changes.some(isWhole) ? "title" : undefined;
}

function placeOf({ verb, other }: ChangeDraft) {
  switch (verb) {
    case "above":
      return create(PlaceSchema, { at: { case: "before", value: other } });
    case "below":
      return create(PlaceSchema, { at: { case: "after", value: other } });
    case "top":
      return create(PlaceSchema, { at: { case: "edge", value: Edge.TOP } });
    default:
      return create(PlaceSchema, { at: { case: "edge", value: Edge.BOTTOM } });
  }
}

/** As it goes over the wire; `undefined` for what is not whole. */
export function wireOf(draft: ChangeDraft): OrderedChange | undefined {
  if (!isWhole(draft)) return undefined;
  const { verb, item, domain, withFamily } = draft;
  switch (verb) {
    case "pin":
    case "unpin":
    case "drop":
      return create(OrderedChangeSchema, { change: { case: verb, value: item } });
    case "move":
      return create(OrderedChangeSchema, { change: { case: "move", value: create(OrderedChange_MoveSchema, { item, domain }) } });
    case "above":
    case "below":
    case "top":
    case "bottom": {
      const value = create(OrderedChange_RankSchema, { item, place: placeOf(draft), withFamily });
      return create(OrderedChangeSchema, { change: { case: "rank", value } });
    }
  }
}

/** The other way round; `undefined` for a change that is not known here. */
export function draftOf(wire: OrderedChange): ChangeDraft | undefined {
  const { change } = wire;
  switch (change.case) {
    case "pin":
    case "unpin":
    case "drop":
      return newChange({ verb: change.case, item: change.value });
    case "move":
      return newChange({ verb: "move", item: change.value.item, domain: change.value.domain });
    case "rank": {
      const { item, place, withFamily } = change.value;
      switch (place?.at.case) {
        case "before":
          return newChange({ verb: "above", item, other: place.at.value, withFamily });
        case "after":
          return newChange({ verb: "below", item, other: place.at.value, withFamily });
        case "edge":
          return newChange({ verb: place.at.value === Edge.TOP ? "top" : "bottom", item, withFamily });
        default:
          return undefined;
      }
    }
    default:
      return undefined;
  }
}

export function wireOfOption(option: OptionDraft): EscalationOption {
  return create(EscalationOptionSchema, {
    title: option.title.trim(),
    changes: option.changes.flatMap((change) => wireOf(change) ?? []),
  });
}

/** Those that say something. */
export function wireOfOptions(options: readonly OptionDraft[]): EscalationOption[] {
  return options.filter(({ title, changes }) => title.trim() !== "" || changes.some(isWhole)).map(wireOfOption);
}

/** The items that changes are about, each once. */
export function itemsOfDrafts(changes: readonly ChangeDraft[]): readonly string[] {
  return [...new Set(changes.flatMap(({ verb, item, other }) => [item, needsOther(verb) ? other : ""]).filter(Boolean))];
}

/** The same of what came over the wire. */
export function itemsOfChanges(changes: readonly OrderedChange[]): readonly string[] {
  return itemsOfDrafts(changes.flatMap((change) => draftOf(change) ?? []));
}

/** Whether a change that puts one item above or below another finds them so already: then nothing moves, but a family, which is brought together. */
export function standsSo(change: ChangeDraft, places: { readonly item: number; readonly other: number }): boolean {
  if (change.withFamily || !needsOther(change.verb) || places.item === 0 || places.other === 0) return false;
  return change.verb === "above" ? places.item < places.other : places.item > places.other;
}

/** The two ways to put two items, for a disagreement about which of them comes first. */
export function bothWays(first: string, second: string, title: (item: string) => string): readonly OptionDraft[] {
  const one = (item: string, other: string) => newOption(title(item), [newChange({ verb: "above", item, other })]);
  return [one(first, second), one(second, first)];
}
