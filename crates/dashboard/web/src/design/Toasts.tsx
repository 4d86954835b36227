/** Short news in a corner: what was done, with the way back, or what was refused, with why. It can be read at leisure. */

import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
import { keepFocus } from "./focus";
import { Icon } from "./Icon";
import { useTopDialog } from "./topDialog";
import style from "./parts.module.css";

export interface Toast {
  readonly id: number;
  readonly tone: "good" | "urgent";
  readonly text: ReactNode;
  readonly action?: { readonly label: string; readonly act: () => void } | undefined;
}

const GOOD_MS = 8_000;
const MOST = 4;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Shows something in the corner. What was refused stays until it is taken away. Answers what `dismiss` takes it away by. */
export function toast(tone: Toast["tone"], text: ReactNode, action?: Toast["action"]): number {
  last += 1;
  set([...toasts.slice(1 - MOST), { id: last, tone, text, action }]);
  return last;
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  // What lies under a modal dialog is neither heard nor reached: news is told in the dialog then.
  const dialog = useTopDialog();
  return (
    <>
      <Corner shown={dialog ? NONE : shown} />
      {dialog && createPortal(<Corner shown={shown} />, dialog)}
    </>
  );
}

const NONE: readonly Toast[] = [];

/** It is there before the first news, or nobody would hear that. */
function Corner({ shown }: { shown: readonly Toast[] }) {
  const { t } = useTranslation("design");
  const corner = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    const place = corner.current;
    if (place && !place.matches(":popover-open")) place.showPopover();
  }, []);
  const close = (id: number) => {
    const rows = [...(corner.current?.children ?? [])];
    const at = shown.findIndex((toast) => toast.id === id);
    const next = rows[at + 1] ?? rows[at - 1];
    setFocused(false);
    setPointed(false);
    dismiss(id);
    // Whoever takes one away by keys goes on at the next, or where they were.
    keepFocus(
      () => next?.querySelector<HTMLElement>("button"),
      () => before.current,
      () => corner.current?.closest("dialog")?.querySelector<HTMLElement>("button, input, textarea, select, a"),
    );
  };
  return (
    // Nothing is done by it: as long as somebody is at it, nothing in it goes away.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={corner}
      popover="manual"
      role="log"
      className={style.toasts}
      aria-label={t("news")}
      aria-live="polite"
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={(event) => {
        setFocused(true);
        const from = event.relatedTarget;
        if (from instanceof HTMLElement && !event.currentTarget.contains(from)) before.current = from;
      }}
      onBlur={() => setFocused(false)}
    >
      {shown.map((toast) => (
        <One key={toast.id} toast={toast} isHeld={pointed || focused} onClose={() => close(toast.id)} />
      ))}
    </div>
  );
}

function One({ toast: { id, tone, text, action }, isHeld, onClose }: { toast: Toast; isHeld: boolean; onClose: () => void }) {
  const { t } = useTranslation("design");
  useEffect(() => {
    if (tone !== "good" || isHeld) return;
    const timer = setTimeout(() => dismiss(id), GOOD_MS);
    return () => clearTimeout(timer);
  }, [id, tone, isHeld]);
  return (
    <div className={`${style.toast} ${style[tone]}`}>
      <Icon name={tone === "good" ? "check" : "warning"} />
      <div>
        {text}
        {action && (
          <div>
            <Button
              small
              weight="quiet"
              onClick={() => {
                onClose();
                action.act();
              }}
            >
              {action.label}
            </Button>
          </div>
        )}
      </div>
      <IconButton icon="close" label={t("dismiss")} onClick={onClose} />
    </div>
  );
}
