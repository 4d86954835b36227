/** Asks for the reason of withdrawing or reopening, and does it. What was typed stays when it is refused. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Escalation, EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import type { Lost } from "./acts";

interface Props {
  readonly escalation: Escalation;
  readonly what: "withdraw" | "reopen";
  /** Why it cannot be sent any more, since others were quicker. */
  readonly lost: Lost | undefined;
  readonly onClose: () => void;
}

export function ReasonDialog({ escalation, what, lost, onClose }: Props) {
  const { t } = useTranslation("escalation");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [seen, setSeen] = useState(escalation.changedAtVersion);
  const withdraw = useCommand(EscalationService.method.withdrawEscalation, { ownRefusal: true });
  const reopen = useCommand(EscalationService.method.reopenEscalation, { ownRefusal: true });
  const { busy, refused } = what === "withdraw" ? withdraw : reopen;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (lost || reason.trim() === "") return;
    const request = { name: escalation.name, reason: reason.trim(), expectedVersion: seen };
    const answer = what === "withdraw" ? await withdraw.send(request) : await reopen.send(request);
    if (!answer) return;
    toast("good", t(`act.${what}.done`));
    onClose();
  };
  const stale = refused !== null && refusalOf(refused).reason === "STALE";
  return (
    <Dialog title={t(`act.${what}.title`)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{t(`act.${what}.text`)}</p>
        <TextArea
          label={t("design:reason")}
          hint={t("design:reasonHint")}
          required
          value={reason}
          wrong={tried && reason.trim() === "" ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {lost && !busy && (
          <Note tone="warn" alert>
            <p>{t(`lost.${lost}`)}</p>
          </Note>
        )}
        {refused && !lost && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight={what === "withdraw" ? "danger" : "main"} busy={busy} disabled={lost !== undefined && !busy}>
            {t(`act.${what}.send`)}
          </Button>
          {stale && !lost && seen !== escalation.changedAtVersion && <Button onClick={() => setSeen(escalation.changedAtVersion)}>{t("decide.goOn")}</Button>}
          <Button weight="quiet" onClick={onClose}>
            {lost ? t("design:close") : t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
