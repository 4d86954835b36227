/** The topics of disagreements, as addresses and lists have them. */

import { Topic } from "../api/gen/koepel/v1/common_pb";

export const TOPICS: readonly Topic[] = [
  Topic.PRIORITY,
  Topic.VISION,
  Topic.DEPENDENCY,
  Topic.CAPACITY,
  Topic.QUALITY,
  Topic.BUDGET,
  Topic.COMPLIANCE,
];

/** `priority`. */
export function topicWord(topic: Topic): string {
  return topic === Topic.UNSPECIFIED ? "" : Topic[topic].toLowerCase();
}

export function topicOfWord(word: string | null): Topic {
  return TOPICS.find((topic) => topicWord(topic) === word) ?? Topic.UNSPECIFIED;
}
