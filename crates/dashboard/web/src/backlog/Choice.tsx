/** A choice of several behind a button that says what is chosen. It stays open while one chooses. */

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../design/Icon";
import { list } from "../i18n/format";
import style from "./FilterBar.module.css";

interface Props<T> {
  readonly label: string;
  readonly values: readonly { readonly value: T; readonly label: string }[];
  readonly chosen: readonly T[];
  readonly toggle: (value: T) => void;
  readonly children?: ReactNode;
}

export function Choice<T extends string | number>({ label, values, chosen, toggle, children }: Props<T>) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = sheet.current;
    if (!shown) return;
    const change = (event: Event) => {
      const opened = (event as ToggleEvent).newState === "open";
      setOpen(opened);
      const at = button.current?.getBoundingClientRect();
      if (!opened || !at) return;
      shown.style.top = `${Math.min(at.bottom + 4, Math.max(8, innerHeight - shown.offsetHeight - 8))}px`;
      shown.style.left = `${Math.max(8, Math.min(at.left, innerWidth - shown.offsetWidth - 8))}px`;
      // The browser tells this a moment later: whoever has gone on meanwhile is not called back.
      if (!shown.contains(document.activeElement)) shown.querySelector("input")?.focus();
    };
    shown.addEventListener("toggle", change);
    return () => shown.removeEventListener("toggle", change);
  }, []);
  const said = values.filter(({ value }) => chosen.includes(value)).map((one) => one.label);
  return (
    <>
      <button ref={button} type="button" className={`${style.chip} ${said.length > 0 ? style.set : ""}`} popoverTarget={id} aria-expanded={open}>
        <span>{label}</span>
        {said.length > 0 && <strong>{list(said, "disjunction")}</strong>}
        <Icon name="chevron" size={12} />
      </button>
      <div ref={sheet} id={id} popover="auto" role="group" aria-label={label} className={style.sheet}>
        {values.map(({ value, label }) => (
          <label key={value}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            <span>{label}</span>
          </label>
        ))}
        {children}
      </div>
    </>
  );
}
