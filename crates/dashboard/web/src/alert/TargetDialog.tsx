/** Makes a webhook's target, and shows the secret of its signatures once. */

import { create } from "@bufbuild/protobuf";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { freeId, idFrom } from "../admin/ids";
import { Secret } from "../admin/Secret";
import { useKnownPeople } from "../admin/useKnownPeople";
import { useSecretCommand } from "../admin/useSecretCommand";
import { wrongOf } from "../admin/wrong";
import { AlertReceiverSchema, AlertService, AlertShape, type AlertTarget } from "../api/gen/koepel/v1/alert_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { ReceiverField, receiverOf } from "./ReceiverField";

const A = AlertService.method;

export function TargetDialog({ targets, onClose }: { targets: readonly AlertTarget[]; onClose: () => void }) {
  const { t } = useTranslation("alert");
  const here = useHere();
  const me = useMe();
  const people = useKnownPeople();
  const manages = here.mandate.may(Act.MANAGE_ALERTS);
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [shape, setShape] = useState<AlertShape>(AlertShape.STANDARD);
  const [draft, setDraft] = useState({ role: Role.UNSPECIFIED, domain: "", person: me ? idOf(me.name) : "" });
  const [secret, setSecret] = useState<string>();
  const { send, busy, refused } = useSecretCommand(A.createAlertTarget, [A.listAlertTargets]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = create(AlertReceiverSchema, { receiver: { case: "person", value: me?.name ?? "" } });
    const receiver = manages ? receiverOf(draft, people) : own;
    if (busy || !receiver) return;
    const targetId = freeId(idFrom(name) || "target", new Set(targets.map((one) => idOf(one.name))));
    const answer = await send({ parent: here.name, targetId, target: { receiver, url: url.trim(), shape } });
    if (answer) setSecret(answer.secret);
  };

  return (
    <Dialog title={secret ? t("targets.made") : t("targets.create")} onClose={onClose}>
      {secret ? (
        <Secret label={t("targets.secret")} secret={secret} warning={t("targets.warning")} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <TextField label={t("targets.name")} value={name} required maxLength={40} onChange={(event) => setName(event.target.value)} wrong={wrongOf(refused, "target_id")} />
          <TextField type="url" label={t("targets.url")} hint={t("targets.urlHint")} value={url} required spellCheck={false} placeholder="https://" onChange={(event) => setUrl(event.target.value)} wrong={wrongOf(refused, "target.url")} />
          <SelectField label={t("targets.shape")} value={shape} onChange={(event) => setShape(Number(event.target.value))} wrong={wrongOf(refused, "target.shape")}>
            <option value={AlertShape.STANDARD}>{t("shape.standard")}</option>
            <option value={AlertShape.SLACK}>{t("shape.slack")}</option>
          </SelectField>
          {manages && <ReceiverField value={draft} people={people} onChange={setDraft} wrong={wrongOf(refused, "target.receiver", "target.receiver.person", "target.receiver.seat")} />}
          {refused !== undefined && <RefusalNote thrown={refused} />}
          <Buttons>
            <Button type="submit" weight="main" busy={busy}>
              {t("targets.do")}
            </Button>
            <Button weight="quiet" onClick={onClose}>
              {t("design:cancel")}
            </Button>
          </Buttons>
        </form>
      )}
    </Dialog>
  );
}
