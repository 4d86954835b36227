/** Asks for the reason before something is taken away, says what follows, and does it. */

import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { useHereIfAny } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { focusAfter } from "./focusAfter";

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
  onClose: () => void;
}

export function ReasonDialog<I extends DescMessage, O extends DescMessage>(props: Props<I, O>) {
  const { title, action, children, method, request, stale = [], done, required = false, gentle = false, typed, onClose } = props;
  const { t } = useTranslation("admin");
  const here = useHereIfAny();
  const [opener] = useState(() => document.activeElement);
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const { send, busy, refused } = useCommand(method, { stale, ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || (typed && word.trim() !== typed.word)) return;
    if ((await send(request(reason.trim()))) === undefined) return;
    toast("good", done);
    onClose();
    // The dialog gives the focus back to what opened it, and that is about to go.
    setTimeout(() => focusAfter(opener));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("design:reason")} hint={here ? t("design:reasonHint") : t("reason.server")} value={reason} required={required} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        {typed && <TextField label={typed.label} value={word} required spellCheck={false} onChange={(event) => setWord(event.target.value)} />}
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight={gentle ? "main" : "danger"} busy={busy} disabled={typed !== undefined && word.trim() !== typed.word}>
            {action}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
