/** Closes a gap of the directory: how it was closed is asked for. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { DirectoryService, type Gap } from "../api/gen/koepel/v1/directory_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea } from "../design/Field";
import { toast } from "../design/Toasts";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";

export function CloseGap({ gap, onClose }: { gap: Gap; onClose: () => void }) {
  const { t } = useTranslation("today");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const { send, busy, refused } = useCommand(DirectoryService.method.resolveGap, {
    ownRefusal: true,
    stale: [DirectoryService.method.listGaps],
    done: () => toast("good", t("gap.done")),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim() === "") return;
    if (await send({ name: gap.name, reason: reason.trim() })) onClose();
  };
  return (
    <Dialog title={t("gap.title")} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p>{t("gap.what", { question: gap.question })}</p>
        <TextArea
          label={t("gap.reason")}
          hint={t("gap.hint")}
          required
          value={reason}
          wrong={tried && reason.trim() === "" ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("gap.act")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
