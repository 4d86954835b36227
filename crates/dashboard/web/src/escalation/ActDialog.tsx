/** Withdraws or reopens an escalation: the reason is asked for. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Escalation, EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { ReasonDialog } from "../product/ReasonDialog";
import type { Lost } from "./acts";

const E = EscalationService.method;

interface Props {
  readonly escalation: Escalation;
  readonly what: "withdraw" | "reopen";
  /** Why it cannot be sent any more, since others were quicker. */
  readonly lost: Lost | undefined;
  readonly onClose: () => void;
}

export function ActDialog({ escalation, what, lost, onClose }: Props) {
  const { t } = useTranslation("escalation");
  const [seen, setSeen] = useState(escalation.changedAtVersion);
  const isStale = seen !== escalation.changedAtVersion;
  const shared = {
    title: t(`act.${what}.title`),
    action: t(`act.${what}.send`),
    request: (reason: string) => ({ name: escalation.name, reason, expectedVersion: seen }),
    done: t(`act.${what}.done`),
    required: true,
    lost: lost && t(`lost.${lost}`),
    way: isStale ? { label: t("decide.goOn"), act: () => setSeen(escalation.changedAtVersion) } : undefined,
    onClose,
    children: <p>{t(`act.${what}.text`)}</p>,
  };
  return what === "withdraw" ? <ReasonDialog {...shared} method={E.withdrawEscalation} /> : <ReasonDialog {...shared} method={E.reopenEscalation} gentle />;
}
