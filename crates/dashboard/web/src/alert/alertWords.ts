/** The words of alerts: kinds, ways, receivers, and what a rule means. */

import { useTranslation } from "react-i18next";
import { useSeatWords } from "../product/useSeatWords";
import { useHoursWords } from "../admin/WeekHoursField";
import { AlertChannel, AlertKind, type AlertReceiver } from "../api/gen/koepel/v1/alert_pb";
import { idOf } from "../api/names";
import { list } from "../i18n/format";
import { useHere, useMe } from "../me/Me";
import { type RuleDraft, type Said, saidBy } from "./rule";

export function useKindWord(): (kind: AlertKind) => string {
  const { t } = useTranslation("alert");
  return (kind) => t(`kind.${AlertKind[kind]}`);
}

export function useChannelWord(): (channel: AlertChannel) => string {
  const { t } = useTranslation("alert");
  return (channel) => t(`channel.${AlertChannel[channel]}`);
}

/** `Hanna Visser`, or a role. */
export function useReceiverWords(): (receiver: AlertReceiver | undefined) => string {
  const { nameOf } = useHere();
  const seat = useSeatWords();
  return (receiver) => {
    const who = receiver?.receiver;
    if (who?.case === "person") return nameOf(who.value);
    return who?.case === "seat" ? seat(who.value.role, who.value.domain) : "";
  };
}

/** What a rule means for its receiver, as sentences. */
export function useRuleWords(): (draft: RuleDraft, receiver: AlertReceiver | undefined) => readonly string[] {
  const { t } = useTranslation("alert");
  const me = useMe();
  const { domain } = useHere();
  const kind = useKindWord();
  const channel = useChannelWord();
  const hours = useHoursWords();
  const name = useReceiverWords();
  return (draft, receiver) => {
    const own = receiver?.receiver.case === "person" && receiver.receiver.value === me?.name;
    const who = own ? t("you") : name(receiver);
    const sentence = (said: Said): string => {
      switch (said.says) {
        case "silence":
          return t("says.silence");
        case "concerning":
          return t("says.concerning", { who });
        case "everything":
          return t("says.everything", { who });
        case "kinds":
          return t("says.kinds", { who, kinds: list(said.kinds.map(kind)) });
        case "everyKind":
          return t("says.everyKind", { kinds: list(said.kinds.map(kind)) });
        case "domains":
          return t("says.domains", { domains: list(said.domains.map((one) => domain(one)?.displayName ?? idOf(one)), "disjunction") });
        case "channels":
          return t("says.channels", { channels: list(said.channels.map(channel)) });
        case "hours":
          return t("says.hours", { hours: hours(said.week), zone: said.zone });
        case "digest":
          return t("says.digest", { time: said.time });
      }
    };
    return saidBy(draft).map(sentence);
  };
}
