/** An event as the pages follow it, and what it makes stale. Knows neither the stream nor React. */

import { productOf } from "../api/names";

/** What happened, as it goes from tab to tab. */
export interface LiveEvent {
  /** The version of the commit that it is in. */
  readonly version: bigint;
  /** Its place in the commit. */
  readonly index: number;
  /** `ItemRanked`. */
  readonly type: string;
  /** `products/webshop/items/ONLINE-42`. */
  readonly subject: string;
  /** `people/p-7f3a`. */
  readonly actor: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** The payload, JSON. */
  readonly data: string;
}

/** What a page shows, as far as news is concerned. */
export const TOPICS = [
  "order",
  "item",
  "roadmap",
  "purpose",
  "escalation",
  "decision",
  "people",
  "product",
  "sync",
  "directory",
  "points",
  "alert",
] as const;
export type Topic = (typeof TOPICS)[number];

const BY_TYPE: Readonly<Record<string, readonly Topic[]>> = {
  ProductCreated: ["product"],
  ProductUpdated: ["product"],
  DomainAdded: ["product", "people", "points"],
  DomainUpdated: ["product", "people"],
  DomainDeleted: ["product", "people", "points"],
  RoleGranted: ["people", "product", "escalation"],
  RoleRevoked: ["people", "product", "escalation"],
  RoleTermChanged: ["people", "product", "escalation"],
  DeputyNamed: ["people", "product", "escalation"],
  DeputyDismissed: ["people", "product", "escalation"],
  QuestionUnanswered: ["directory"],
  GapResolved: ["directory"],
  ItemCreated: ["order", "item", "roadmap"],
  ItemUpdated: ["order", "item", "roadmap"],
  ItemRanked: ["order", "item"],
  ItemReordered: ["order", "item"],
  ItemPinned: ["order", "item"],
  ItemUnpinned: ["order", "item"],
  ItemMoved: ["order", "item"],
  ItemSplit: ["order", "item", "roadmap"],
  ItemMerged: ["order", "item", "roadmap"],
  ItemCompleted: ["order", "item", "roadmap"],
  ItemDropped: ["order", "item", "roadmap"],
  ItemReopened: ["order", "item", "roadmap"],
  LinkAdded: ["item"],
  LinkRemoved: ["item"],
  LinkResolved: ["item"],
  RequestMade: ["item", "order"],
  RequestWithdrawn: ["item", "order"],
  VisionPublished: ["purpose"],
  GoalAdded: ["purpose"],
  GoalUpdated: ["purpose"],
  GoalClosed: ["purpose"],
  EntryAdded: ["roadmap", "item"],
  EntryChanged: ["roadmap", "item"],
  EntryRemoved: ["roadmap", "item"],
  SyncStarted: ["sync"],
  SyncClosed: ["sync"],
  SourceTold: [],
  ConnectionAdded: [],
  ConnectionUpdated: [],
  ConnectionRemoved: [],
  EscalationRaised: ["escalation", "alert"],
  EscalationRouted: ["escalation", "alert"],
  EscalationAcknowledged: ["escalation", "alert"],
  EscalationCommented: ["escalation", "alert"],
  EscalationReminded: ["escalation", "alert"],
  EscalationOverdue: ["escalation", "alert"],
  EscalationHandedOver: ["escalation", "alert"],
  EscalationDecided: ["escalation", "decision", "alert", "item", "order"],
  EscalationWithdrawn: ["escalation", "alert"],
  EscalationReopened: ["escalation", "alert"],
  DecisionNotFollowed: ["decision", "alert"],
  CalendarSaved: ["points"],
  CalendarRemoved: ["points"],
  EscalationPointsSaved: ["points"],
  TextRedacted: TOPICS,
};

/** What an event makes stale. One that is not known here may concern anything. */
export function topicsOf(event: Pick<LiveEvent, "type">): readonly Topic[] {
  return BY_TYPE[event.type] ?? TOPICS;
}

/** Collections of what an event is about, by the kind of event and the field that has its id. */
const SUBJECTS: readonly (readonly [RegExp, string, string])[] = [
  [/^Entry/, "entry", "roadmapEntries"],
  [/^Goal/, "goal", "goals"],
  [/^Escalation/, "escalation", "escalations"],
];

/**
 * What an event is about, as exactly as its payload says it: `products/webshop/roadmapEntries/7` where the server names the
 * product or the domain.
 */
export function subjectOf(type: string, subject: string, data: string): string {
  const found = SUBJECTS.find(([kind]) => kind.test(type));
  const product = productOf(subject);
  if (!found || !product) return subject;
  const [, field, collection] = found;
  if (subject.startsWith(`${product}/${collection}/`)) return subject;
  try {
    const id = (JSON.parse(data) as Record<string, unknown>)[field];
    return typeof id === "string" || typeof id === "number" ? `${product}/${collection}/${id}` : subject;
  } catch {
    return subject;
  }
}
