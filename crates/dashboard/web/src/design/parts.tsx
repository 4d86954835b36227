/** The small parts that pages are made of. They are told what to show, and know no calls. */

import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { Icon, type IconName } from "./Icon";
import style from "./parts.module.css";

export type Tone = "plain" | "urgent" | "warn" | "good" | "accent";

export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${style.tag} ${tone === "plain" ? "" : style[tone]}`}>{children}</span>;
}

/** The head of a page: its only first heading, a sentence, and what can be done with all of it. */
export function PageHead({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={style.head}>
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {children && <p>{children}</p>}
      </div>
      {actions && <div className={style.actions}>{actions}</div>}
    </header>
  );
}

export function Card({ children, className, ...rest }: { children: ReactNode; className?: string | undefined; "aria-label"?: string; "aria-labelledby"?: string }) {
  return (
    <section {...rest} className={`${style.card} ${className ?? ""}`}>
      {children}
    </section>
  );
}

/** What is said where there is nothing: what would be here, and how it comes. `page`: it is all that the page says. */
export function Empty({ title, children, action, page = false }: { title: string; children?: ReactNode; action?: ReactNode; page?: boolean }) {
  return (
    <div className={style.empty}>
      {page ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** A note in the page. `role="alert"` where it comes by itself and matters. */
export function Note({ tone = "accent", icon = "warning", children, alert = false }: { tone?: "accent" | "urgent" | "warn"; icon?: IconName; children: ReactNode; alert?: boolean }) {
  return (
    <div className={`${style.note} ${tone === "accent" ? "" : style[tone]}`} role={alert ? "alert" : undefined}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** Stands where something is on its way. */
export function Waiting({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation("design");
  return (
    <div className={style.waiting} role="status" aria-label={t("waiting")} data-waiting>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={style.bar} style={{ width: `${90 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** Pages of a page, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly { href: string; label: string }[] }) {
  const [location] = useLocation();
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a telephone the row is wider than the page: the tab that is shown is in sight.
    const shown = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (row.current && shown) row.current.scrollLeft = shown.offsetLeft - row.current.offsetLeft - 24;
  }, [location]);
  return (
    <nav ref={row} className={style.tabs} aria-label={label}>
      {tabs.map(({ href, label }) => (
        <Link key={href} href={href} aria-current={location === href ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

/**
 * A table. On a telephone each row is a block with its cells below each other, each after the word of its column; one that is
 * read across (`stacks={false}`) scrolls by itself there, and not the page.
 */
export function Table({ label, head, stacks = true, children }: { label: string; head: readonly ReactNode[]; stacks?: boolean; children: ReactNode }) {
  const words = Object.fromEntries(head.map((cell, column) => [`--head-${column + 1}`, typeof cell === "string" ? JSON.stringify(`${cell} `) : '""']));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
    <div className={style.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={`${style.table} ${stacks ? style.stacks : ""}`} style={words}>
        <thead>
          <tr>
            {head.map((cell, column) => (
              // The columns of a table do not move.
              // oxlint-disable-next-line react/no-array-index-key
              <th key={column} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
