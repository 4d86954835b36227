/** Changes a name and a summary: the product's, or a domain's. What somebody changed meanwhile is shown, and not overwritten. */

import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { isStale, wrongOf } from "./wrong";

interface Facts {
  readonly displayName: string;
  readonly summary: string;
}

interface Props<I extends DescMessage, O extends DescMessage> {
  title: string;
  /** What is there now, with the version of its last change. */
  now: Facts & { readonly changedAtVersion: bigint };
  method: DescMethodUnary<I, O>;
  request: (facts: Facts, expectedVersion: bigint) => MessageInitShape<I>;
  /** How the server calls what the fields are of. */
  fields: string;
  stale: readonly DescMethodUnary[];
  onClose: () => void;
}

export function FactsDialog<I extends DescMessage, O extends DescMessage>({ title, now, method, request, fields, stale, onClose }: Props<I, O>) {
  const { t } = useTranslation("admin");
  const [displayName, setDisplayName] = useState(now.displayName);
  const [summary, setSummary] = useState(now.summary);
  const [seen, setSeen] = useState(now.changedAtVersion);
  const { send, busy, refused } = useCommand(method, { stale, ownRefusal: true });
  const overtaken = isStale(refused);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    // Whoever was told what is there now, and saves again, means it.
    const expected = overtaken ? now.changedAtVersion : seen;
    setSeen(expected);
    if (await send(request({ displayName: displayName.trim(), summary: summary.trim() }, expected))) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("facts.name")} value={displayName} required maxLength={120} onChange={(event) => setDisplayName(event.target.value)} wrong={wrongOf(refused, `${fields}.display_name`)} />
        <TextArea label={t("facts.summary")} hint={t("facts.summaryHint")} value={summary} maxLength={2_000} onChange={(event) => setSummary(event.target.value)} wrong={wrongOf(refused, `${fields}.summary`)} />
        {refused && <RefusalNote thrown={refused} />}
        {overtaken && (
          <Note icon="changes">
            <p>{t("facts.now")}</p>
            <p>
              <strong>{now.displayName}</strong>
            </p>
            <p>{now.summary}</p>
          </Note>
        )}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {overtaken ? t("facts.overwrite") : t("design:save")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
