/** Buttons: one that stands out, ordinary ones, quiet ones, and those of a sign alone. */

import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Link } from "wouter";
import { Icon, type IconName } from "./Icon";
import style from "./Button.module.css";

type Weight = "main" | "plain" | "quiet" | "danger";

interface Own extends ButtonHTMLAttributes<HTMLButtonElement> {
  weight?: Weight;
  icon?: IconName;
  /** It is under way: it says so, and takes no second click. */
  busy?: boolean;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ weight = "plain", icon, busy = false, small = false, children, className, onClick, ...rest }: Own) {
  const classes = [style.button, style[weight], small ? style.small : "", className ?? ""].join(" ");
  return (
    <button type="button" {...rest} className={classes} aria-busy={busy || undefined} onClick={busy ? (event) => event.preventDefault() : onClick}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A sign that is a button. Its label is what it is called, and is shown when it is pointed at. */
export function IconButton({ icon, label, className, ...rest }: Omit<Own, "children" | "weight" | "busy"> & { icon: IconName; label: string }) {
  return (
    <button type="button" {...rest} className={`${style.icon} ${className ?? ""}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}

/** What leads somewhere and looks like a button: the one thing to do next. */
export function ButtonLink({ href, weight = "plain", small = false, children, onClick }: { href: string; weight?: Weight; small?: boolean; children: ReactNode; onClick?: () => void }) {
  return (
    <Link href={href} className={[style.button, style.link, style[weight], small ? style.small : ""].join(" ")} onClick={onClick}>
      {children}
    </Link>
  );
}
