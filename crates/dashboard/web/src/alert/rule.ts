/** A rule of alerts: as it is edited, as it is sent, and what it means, to be put in words. Knows no calls. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { CLOSED, textOf, weekOf, type WeekText } from "../admin/weekHours";
import { AlertChannel, AlertKind, type AlertReceiver, type AlertRule, type AlertRuleSchema } from "../api/gen/koepel/v1/alert_pb";
import type { WeekHours } from "../api/gen/koepel/v1/escalation_point_pb";

export const KINDS = [
  AlertKind.ESCALATION_RAISED,
  AlertKind.ESCALATION_ACKNOWLEDGED,
  AlertKind.ESCALATION_COMMENTED,
  AlertKind.ESCALATION_REMINDER,
  AlertKind.ESCALATION_OVERDUE,
  AlertKind.ESCALATION_HANDED_OVER,
  AlertKind.ESCALATION_DECIDED,
  AlertKind.ESCALATION_WITHDRAWN,
  AlertKind.ESCALATION_REOPENED,
  AlertKind.DECISION_NOT_FOLLOWED,
] as const;

export const CHANNELS = [AlertChannel.STREAM, AlertChannel.EMAIL, AlertChannel.WEBHOOK, AlertChannel.NATS] as const;

/** A rule as it is edited. */
export interface RuleDraft {
  /** Empty: all. */
  readonly kinds: readonly AlertKind[];
  /** Empty: all. */
  readonly domains: readonly string[];
  /** Empty: silence. */
  readonly channels: readonly AlertChannel[];
  readonly everything: boolean;
  readonly zone: string;
  readonly week: WeekText;
  /** `16:30`, or empty. */
  readonly digest: string;
}

/** What holds for whoever has no rule. */
export function plainRule(zone: string): RuleDraft {
  return { kinds: [], domains: [], channels: CHANNELS, everything: false, zone, week: CLOSED, digest: "" };
}

export function draftOf(rule: AlertRule | undefined, zone: string): RuleDraft {
  if (!rule) return plainRule(zone);
  const { kinds, domains, channels, everything, schedule } = rule;
  return { kinds, domains, channels, everything, zone: schedule?.timeZone || zone, week: textOf(schedule?.hours), digest: schedule?.digestTime ?? "" };
}

/** The rule as it is sent; `undefined` if its hours are not written as hours. */
export function ruleOf(draft: RuleDraft, receiver: AlertReceiver): MessageInitShape<typeof AlertRuleSchema> | undefined {
  const read = weekOf(draft.week);
  if ("wrong" in read) return undefined;
  const scheduled = draft.digest !== "" || hasHours(read.week);
  return {
    receiver,
    kinds: [...draft.kinds],
    domains: [...draft.domains],
    channels: [...draft.channels],
    everything: draft.everything,
    schedule: scheduled ? { timeZone: draft.zone, hours: read.week, digestTime: draft.digest } : undefined,
  };
}

function hasHours(week: WeekHours | undefined): boolean {
  return Object.values(textOf(week)).some(Boolean);
}

/** One sentence of what a rule means. */
export type Said =
  | { readonly says: "silence" | "concerning" | "everything" }
  | { readonly says: "kinds" | "everyKind"; readonly kinds: readonly AlertKind[] }
  | { readonly says: "domains"; readonly domains: readonly string[] }
  | { readonly says: "channels"; readonly channels: readonly AlertChannel[] }
  | { readonly says: "hours"; readonly week: WeekHours; readonly zone: string }
  | { readonly says: "digest"; readonly time: string };

/** What a rule means, sentence by sentence. Hours that are not written as hours are left out. */
export function saidBy(draft: RuleDraft): readonly Said[] {
  if (draft.channels.length === 0) return [{ says: "silence" }];
  const said: Said[] = [];
  const { kinds, domains, channels, everything, digest } = draft;
  if (kinds.length > 0) said.push({ says: everything ? "everyKind" : "kinds", kinds });
  else said.push({ says: everything ? "everything" : "concerning" });
  if (domains.length > 0) said.push({ says: "domains", domains });
  if (channels.length < CHANNELS.length) said.push({ says: "channels", channels });
  const writes = channels.includes(AlertChannel.EMAIL) || channels.includes(AlertChannel.WEBHOOK);
  const read = weekOf(draft.week);
  if (writes && "week" in read && hasHours(read.week)) said.push({ says: "hours", week: read.week, zone: draft.zone });
  if (digest && channels.includes(AlertChannel.EMAIL)) said.push({ says: "digest", time: digest });
  return said;
}
