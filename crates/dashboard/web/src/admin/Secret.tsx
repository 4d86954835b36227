/** A secret that is shown once: to be copied now, and gone when it is closed. It is in no address, no store and no log. */

import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "../design/announce";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import style from "./admin.module.css";

export function Secret({ label, secret, warning, onClose }: { label: string; secret: string; warning: string; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);

  const copy = async () => {
    const field = frame.current?.querySelector("input");
    field?.select();
    try {
      await navigator.clipboard.writeText(secret);
      announce(t("secret.copied"));
      toast("good", t("secret.copied"));
    } catch {
      // A page that did not come over an encrypted connection may not write there: the text is selected, keys do the rest.
      announce(t("secret.selected"));
      toast("good", t("secret.selected"));
    }
  };

  return (
    <>
      <Note tone="warn">
        <p>{t("secret.once")}</p>
        <p>{warning}</p>
      </Note>
      <div ref={frame} className={style.secret}>
        <TextField id={id} label={label} value={secret} readOnly spellCheck={false} autoComplete="off" onFocus={(event) => event.target.select()} />
        <Button weight="main" icon="link" autoFocus onClick={() => void copy()}>
          {t("secret.copy")}
        </Button>
      </div>
      <Buttons>
        <Button onClick={onClose}>{t("secret.close")}</Button>
      </Buttons>
    </>
  );
}
