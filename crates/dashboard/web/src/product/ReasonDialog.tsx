/** Asks for the reason before something is done, says what follows, and does it. What was typed stays when it is refused. */

import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHereIfAny } from "../me/Me";
import { RefusalNote } from "./RefusalText";
import { useCommand } from "./useCommand";
import { focusAfter } from "../design/focusAfter";

interface Props<I extends DescMessage, O extends DescMessage> {
  title: string;
  /** What the button says: what is done. */
  action: string;
  /** What follows. */
  children: ReactNode;
  method: DescMethodUnary<I, O>;
  request: (reason: string) => MessageInitShape<I>;
  stale?: readonly DescMethodUnary[];
  /** What is said when it was done. */
  done: string;
  required?: boolean;
  /** Whether nothing is lost by it. */
  gentle?: boolean;
  /** A word that has to be typed first, for what cannot be undone. */
  typed?: { readonly label: string; readonly word: string };
  /** Why it cannot be sent any more, in words. */
  lost?: string | undefined;
  /** What is offered beside a refusal. */
  way?: { readonly label: string; readonly act: () => void } | undefined;
  onClose: () => void;
}

export function ReasonDialog<I extends DescMessage, O extends DescMessage>(props: Props<I, O>) {
  const { title, action, children, method, request, stale = [], done, required = false, gentle = false, typed, lost, way, onClose } = props;
  const { t } = useTranslation("design");
  const here = useHereIfAny();
  const [opener] = useState(() => document.activeElement);
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const [tried, setTried] = useState(false);
  const isMissing = required && reason.trim() === "";
  const { send, busy, refused } = useCommand(method, { stale, ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || lost || isMissing || (typed && word.trim() !== typed.word)) return;
    if ((await send(request(reason.trim()))) === undefined) return;
    toast("good", done);
    onClose();
    // The dialog gives the focus back to what opened it, and that is about to go.
    setTimeout(() => focusAfter(opener));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextArea
          label={t("design:reason")}
          hint={here ? t("design:reasonHint") : t("design:reasonHintServer")}
          rows={2}
          value={reason}
          required={required}
          maxLength={500}
          wrong={tried && isMissing ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {typed && <TextField label={typed.label} value={word} required spellCheck={false} onChange={(event) => setWord(event.target.value)} />}
        {lost && !busy && (
          <Note tone="warn" alert>
            <p>{lost}</p>
          </Note>
        )}
        {refused && !lost && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight={gentle ? "main" : "danger"} busy={busy} disabled={(lost !== undefined && !busy) || (typed !== undefined && word.trim() !== typed.word)}>
            {action}
          </Button>
          {refused && way && !lost && <Button onClick={way.act}>{way.label}</Button>}
          <Button weight="quiet" onClick={onClose}>
            {lost ? t("design:close") : t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
