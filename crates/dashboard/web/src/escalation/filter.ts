/** What the list of escalations shows, as its address says it. Knows no React. */

import { Topic } from "../api/gen/koepel/v1/common_pb";
import { EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { topicOfWord, topicWord } from "../product/topics";

export const STATES = ["open", "decided", "withdrawn", "all"] as const;
export type State = (typeof STATES)[number];

export interface Filter {
  readonly state: State;
  /** Those alone that wait for the reader. */
  readonly mine: boolean;
  /** The id of a domain; empty for all. */
  readonly domain: string;
  readonly topic: Topic;
}

export const WIRE_STATES: Readonly<Record<State, EscalationState>> = {
  open: EscalationState.OPEN,
  decided: EscalationState.DECIDED,
  withdrawn: EscalationState.WITHDRAWN,
  all: EscalationState.UNSPECIFIED,
};

/** Reads an address; what it does not know says nothing. */
export function filterOf(search: URLSearchParams): Filter {
  const domain = search.get("domain") ?? "";
  return {
    state: STATES.find((state) => state === search.get("state")) ?? "open",
    mine: search.get("mine") === "1",
    domain: /^[a-z][a-z0-9-]{0,39}$/.test(domain) ? domain : "",
    topic: topicOfWord(search.get("topic")),
  };
}

/** The other way round: `?state=decided&topic=budget`; empty if it says nothing. */
export function addressOfFilter(filter: Filter): string {
  const search = new URLSearchParams();
  if (filter.state !== "open") search.set("state", filter.state);
  if (filter.mine) search.set("mine", "1");
  if (filter.domain) search.set("domain", filter.domain);
  if (filter.topic !== Topic.UNSPECIFIED) search.set("topic", topicWord(filter.topic));
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** What is to be raised, as a link to the form says it: items by their keys, entries of the roadmap by their numbers, a topic, a title. */
export function draftOfAddress(search: URLSearchParams, product: string) {
  const keys = search.getAll("item").filter((key) => /^[A-Z][A-Z0-9]{0,19}-\d{1,10}$/.test(key));
  return {
    items: [...new Set(keys)].map((key) => `${product}/items/${key}`),
    entries: [...new Set(search.getAll("entry").filter((id) => /^\d{1,10}$/.test(id)))].map((id) => `${product}/roadmapEntries/${id}`),
    topic: topicOfWord(search.get("topic")) || Topic.PRIORITY,
    title: (search.get("title") ?? "").slice(0, 200),
  };
}
