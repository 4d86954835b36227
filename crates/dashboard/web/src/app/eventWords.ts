/** What happened, in two or three words, for a list of news. The whole sentence is in the history. */

import { useTranslation } from "react-i18next";

const WORDS: Readonly<Record<string, string>> = {
  ItemCreated: "created",
  ItemUpdated: "changed",
  ItemRanked: "ranked",
  ItemReordered: "reordered",
  ItemPinned: "pinned",
  ItemUnpinned: "unpinned",
  ItemMoved: "moved",
  ItemSplit: "split",
  ItemMerged: "merged",
  ItemCompleted: "completed",
  ItemDropped: "dropped",
  ItemReopened: "reopened",
  LinkAdded: "linked",
  LinkRemoved: "unlinked",
  LinkResolved: "linked",
  RequestMade: "asked",
  RequestWithdrawn: "unasked",
  EntryAdded: "planned",
  EntryChanged: "replanned",
  EntryRemoved: "unplanned",
  EscalationRaised: "raised",
  EscalationAcknowledged: "acknowledged",
  EscalationCommented: "commented",
  EscalationReminded: "reminded",
  EscalationOverdue: "overdue",
  EscalationHandedOver: "handedOver",
  EscalationDecided: "decided",
  EscalationWithdrawn: "withdrawn",
  EscalationReopened: "reopened",
  DecisionNotFollowed: "notFollowed",
  RoleGranted: "roles",
  RoleRevoked: "roles",
  RoleTermChanged: "roles",
  DeputyNamed: "deputies",
  DeputyDismissed: "deputies",
  VisionPublished: "vision",
  GoalAdded: "goals",
  GoalUpdated: "goals",
  GoalClosed: "goals",
  SyncStarted: "syncStarted",
  SyncClosed: "syncClosed",
};

export function useEventWords(): (type: string) => string {
  const { t } = useTranslation("app");
  return (type) => t(`event.${WORDS[type] ?? "other"}`);
}
