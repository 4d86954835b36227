/** A menu behind a button: arrows move in it, a letter jumps, Escape closes it. */

import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Icon, type IconName } from "./Icon";
import style from "./Menu.module.css";

export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly icon?: IconName;
  /** Why it cannot be chosen; it is shown and not done. */
  readonly unavailable?: string | undefined;
  /** Whether it is the one that holds. */
  readonly checked?: boolean;
  /** Whether something of another sort begins here: a line is above it. */
  readonly begins?: boolean;
  readonly act: () => void;
}

interface Props {
  /** What the button is called. */
  label: string;
  items: readonly MenuItem[];
  icon?: IconName;
  /** What the button shows; its sign alone if there is nothing. */
  children?: ReactNode;
  className?: string | undefined;
  /** Of the button, when a list keeps its rows out of the order of tabs. */
  tabIndex?: number;
  /** Whether it is open from the beginning, where a list makes it only when it is asked for. */
  startsOpen?: boolean;
}

export function Menu({ label, items, icon = "more", children, className, tabIndex, startsOpen = false }: Props) {
  const [open, setOpen] = useState(startsOpen);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!open || !list.current || !button.current) return;
    const sheet = list.current;
    sheet.showPopover();
    const at = button.current.getBoundingClientRect();
    const below = at.bottom + sheet.offsetHeight + 8 < innerHeight;
    sheet.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - sheet.offsetHeight - 4)}px`;
    sheet.style.left = `${Math.max(8, Math.min(at.left, innerWidth - sheet.offsetWidth - 8))}px`;
    sheet.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (event.target instanceof Node && (list.current?.contains(event.target) || button.current?.contains(event.target))) return;
      setOpen(false);
    };
    // What scrolls its button away closes it; what scrolls elsewhere, as a list that is just filling, does not.
    const moved = (event: Event) => {
      if (!(event.target instanceof Node) || !event.target.contains(button.current)) return;
      setOpen(false);
      if (list.current?.contains(document.activeElement)) button.current?.focus({ preventScroll: true });
    };
    addEventListener("pointerdown", away);
    addEventListener("scroll", moved, true);
    addEventListener("resize", away);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("scroll", moved, true);
      removeEventListener("resize", away);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
    const now = all.findIndex((one) => one === document.activeElement);
    const go = (index: number) => {
      event.preventDefault();
      all[(index + all.length) % all.length]?.focus();
    };
    if (event.key === "ArrowDown") go(now + 1);
    else if (event.key === "ArrowUp") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(-1);
    else if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      if (event.key === "Escape") event.preventDefault();
      close();
    } else if (event.key.length === 1) {
      const letter = event.key.toLocaleLowerCase();
      const next = [...all.slice(now + 1), ...all].find((one) => one.textContent?.trim().toLocaleLowerCase().startsWith(letter));
      next?.focus();
    }
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={`${children ? style.text : style.sign} ${className ?? ""}`}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={children ? undefined : label}
        tabIndex={tabIndex}
        onClick={(event) => {
          event.stopPropagation();
          setOpen(!open);
        }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        {children ?? <Icon name={icon} />}
      </button>
      {open && (
        // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its items have the focus
        <div ref={list} id={id} role="menu" aria-label={label} popover="manual" className={style.sheet} onKeyDown={move}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role={item.checked === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.checked}
              aria-disabled={item.unavailable ? true : undefined}
              tabIndex={-1}
              className={`${style.item} ${item.begins ? style.begins : ""}`}
              onClick={(event) => {
                event.stopPropagation();
                if (item.unavailable) return;
                close();
                item.act();
              }}
            >
              <span className={style.lead}>
                {item.checked ? <Icon name="check" /> : item.icon ? <Icon name={item.icon} /> : null}
              </span>
              <span>
                {item.label}
                {item.unavailable && <span className={style.why}>{item.unavailable}</span>}
              </span>
            </button>
          ))}
        </div>
      )}
    </>
  );
}
