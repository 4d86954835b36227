/** Short news in a corner: what was done, with the way back, or what was refused, with why. It can be read at leisure. */

import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
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
  const { t } = useTranslation("design");
  const corner = useRef<HTMLElement>(null);
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  useEffect(() => {
    // Above a dialog, too, as the dialog's own refusal may be in it.
    const place = corner.current;
    if (!place) return;
    if (place.matches(":popover-open")) place.hidePopover();
    if (shown.length > 0) place.showPopover();
  }, [shown]);
  return (
    <section ref={corner} popover="manual" className={style.toasts} aria-label={t("news")} aria-live="polite">
      {shown.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function One({ toast: { id, tone, text, action } }: { toast: Toast }) {
  const { t } = useTranslation("design");
  useEffect(() => {
    if (tone !== "good") return;
    const timer = setTimeout(() => dismiss(id), GOOD_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);
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
                dismiss(id);
                action.act();
              }}
            >
              {action.label}
            </Button>
          </div>
        )}
      </div>
      <IconButton icon="close" label={t("dismiss")} onClick={() => dismiss(id)} />
    </div>
  );
}
