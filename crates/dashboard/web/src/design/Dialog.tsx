/** A dialog over the page. The browser keeps the focus in it and gives it back; Escape closes it. */

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import style from "./Dialog.module.css";

export function Dialog({ title, onClose, children, wide = false }: { title: string; onClose: () => void; children: ReactNode; wide?: boolean }) {
  const { t } = useTranslation("design");
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    // A form begins in its first field, and not at the button that closes it.
    const first = shown?.querySelector<HTMLElement>("form [autofocus]") ?? shown?.querySelector<HTMLElement>("form :is(input, textarea, select)");
    first?.focus();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${style.dialog} ${wide ? style.wide : ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className={style.head}>
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </header>
      <div className={style.body}>{children}</div>
    </dialog>
  );
}

/** The row of buttons at the end of a form: what is done first, then the way back. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className={style.buttons}>{children}</div>;
}
