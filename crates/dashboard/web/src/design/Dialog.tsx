/**
 * A dialog over the page. The browser keeps the focus in it and gives it back; Escape closes it. What was typed into a form of
 * it is not thrown away without a question.
 */

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
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
  // The forms in which something was typed. One that is gone was sent.
  const typed = useRef(new Set<HTMLFormElement>());
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const was = useRef<Element | null>(null);
  useEffect(() => {
    if (asking) keep.current?.focus();
    else if (was.current instanceof HTMLElement) was.current.focus();
  }, [asking]);
  const close = () => {
    if (asking || ![...typed.current].some((form) => form.isConnected)) return onClose();
    was.current = document.activeElement;
    setAsking(true);
  };
  return (
    <dialog
      ref={dialog}
      className={`${style.dialog} ${wide ? style.wide : ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        close();
      }}
      onClose={() => {
        // The browser closes it by itself for whoever presses Escape again and again.
        if (dialog.current && !dialog.current.open) onClose();
      }}
      onInput={({ target }) => {
        const form = target instanceof Element ? target.closest("form") : null;
        if (!form) return;
        typed.current.add(form);
        // Whoever types on has answered the question.
        was.current = null;
        setAsking(false);
      }}
    >
      <header className={style.head}>
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={close} />
        {asking && (
          <div className={style.ask} role="group" aria-labelledby={`${heading}-ask`}>
            <p id={`${heading}-ask`}>{t("throwAway.ask")}</p>
            <Button ref={keep} small onClick={() => setAsking(false)}>
              {t("throwAway.keep")}
            </Button>
            <Button small weight="danger" onClick={onClose}>
              {t("throwAway.do")}
            </Button>
          </div>
        )}
      </header>
      <div className={style.body}>{children}</div>
    </dialog>
  );
}

/** The row of buttons at the end of a form: what is done first, then the way back. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className={style.buttons}>{children}</div>;
}
