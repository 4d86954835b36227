/** What the decision log shows, as its address says it. Knows no React. */

import { Topic } from "../api/gen/koepel/v1/common_pb";
import { topicOfWord, topicWord } from "../product/topics";

export interface Filter {
  /** Words that all have to be in a decision. */
  readonly query: string;
  readonly topic: Topic;
  readonly inForce: boolean;
  readonly notFollowed: boolean;
}

export function filterOf(search: URLSearchParams): Filter {
  return {
    query: (search.get("q") ?? "").slice(0, 200),
    topic: topicOfWord(search.get("topic")),
    inForce: search.get("in_force") === "1",
    notFollowed: search.get("not_followed") === "1",
  };
}

/** The other way round: `?q=tills&in_force=1`; empty if it says nothing. */
export function addressOfFilter(filter: Filter): string {
  const search = new URLSearchParams();
  if (filter.query) search.set("q", filter.query);
  if (filter.topic !== Topic.UNSPECIFIED) search.set("topic", topicWord(filter.topic));
  if (filter.inForce) search.set("in_force", "1");
  if (filter.notFollowed) search.set("not_followed", "1");
  const text = search.toString();
  return text ? `?${text}` : "";
}

export function isNarrow(filter: Filter): boolean {
  return addressOfFilter(filter) !== "";
}
