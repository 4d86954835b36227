/** What is asked of the directory, as the address of its page says it. Knows no calls. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import type { FindOwnerRequestSchema } from "../api/gen/koepel/v1/directory_pb";
import { nameOf } from "../api/names";

export const TOPICS = ["PRIORITY", "VISION", "DEPENDENCY", "CAPACITY", "QUALITY", "BUDGET", "COMPLIANCE"] as const;
export type TopicName = (typeof TOPICS)[number];

/** Free words; or a domain, a topic, or a topic in a domain. */
export interface Question {
  readonly words: string;
  /** The id of a domain. */
  readonly domain: string;
  readonly topic: TopicName | "";
}

/** Reads an address. Words go before the rest. */
export function questionOf(search: URLSearchParams): Question {
  const words = (search.get("q") ?? "").trim().slice(0, 200);
  const domain = search.get("domain") ?? "";
  const topic = TOPICS.find((one) => one === search.get("topic")) ?? "";
  if (words) return { words, domain: "", topic: "" };
  return { words: "", domain: /^[a-z][a-z0-9-]*$/.test(domain) ? domain : "", topic };
}

/** The address of a question, from `?` on. */
export function searchOf({ words, domain, topic }: Question): string {
  const search = new URLSearchParams();
  if (words) search.set("q", words);
  if (domain) search.set("domain", domain);
  if (topic) search.set("topic", topic);
  const text = search.toString();
  return text && `?${text}`;
}

/** What is sent; `undefined` if nothing is asked. */
export function asked(product: string, { words, domain, topic }: Question): MessageInitShape<typeof FindOwnerRequestSchema> | undefined {
  if (words) return { parent: product, what: { case: "question", value: words } };
  const named = domain ? nameOf(product, "domains", domain) : "";
  if (topic) return { parent: product, what: { case: "matter", value: { topic: Topic[topic], domain: named } } };
  return domain ? { parent: product, what: { case: "domain", value: named } } : undefined;
}
