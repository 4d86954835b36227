/** The frame around every page of a product: where one can go, whether news arrives, who one is. */

import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { type Page, pageOf } from "../api/names";
import { Icon, type IconName } from "../design/Icon";
import { IconButton } from "../design/Button";
import { useHere } from "../me/Me";
import { LiveSign } from "./LiveSign";
import { Palette, usePaletteKey } from "./Palette";
import { ReaderMenu } from "./ReaderMenu";
import { ProductMenu } from "./ProductMenu";
import style from "./Shell.module.css";

const PAGES: readonly { page: Page; icon: IconName; near: boolean }[] = [
  { page: "today", icon: "today", near: true },
  { page: "backlog", icon: "backlog", near: true },
  { page: "roadmap", icon: "roadmap", near: true },
  { page: "escalations", icon: "escalation", near: true },
  { page: "decisions", icon: "decision", near: false },
  { page: "changes", icon: "changes", near: false },
  { page: "directory", icon: "directory", near: false },
  { page: "administration", icon: "administration", near: false },
];

/** The page that an address belongs to: an item's is the backlog. */
function pageAt(location: string, product: string): Page | undefined {
  const first = location.slice(product.length + 2).split("/")[0];
  switch (first) {
    case "items":
      return "backlog";
    case "roadmapEntries":
      return "roadmap";
    default:
      return PAGES.find(({ page }) => page === first)?.page;
  }
}

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation("app");
  const { name } = useHere();
  const [location] = useLocation();
  const [more, setMore] = useState(false);
  const [palette, setPalette] = useState(false);
  usePaletteKey(() => setPalette(true));
  const now = pageAt(location, name);

  return (
    <div className={style.frame} data-wide={location === pageOf(name, "backlog") || undefined}>
      <a className={style.skip} href="#main">
        {t("skip")}
      </a>
      <header className={style.top}>
        <ProductMenu />
        <button type="button" className={style.find} onClick={() => setPalette(true)}>
          <Icon name="search" />
          <span>{t("find")}</span>
          <kbd>{/Mac/.test(navigator.platform) ? "⌘" : "Ctrl "}K</kbd>
        </button>
        <div className={style.end}>
          <LiveSign />
          <ReaderMenu />
        </div>
      </header>
      <nav className={`${style.rail} ${more ? style.open : ""}`} aria-label={t("pages")}>
        <ul>
          {PAGES.map(({ page, icon, near }) => (
            <li key={page} className={near ? "" : style.far}>
              <Link href={pageOf(name, page)} title={t(`page.${page}`)} aria-current={page === now ? "page" : undefined} onClick={() => setMore(false)}>
                <Icon name={icon} size={18} />
                <span>{t(`page.${page}`)}</span>
              </Link>
            </li>
          ))}
          <li className={style.moreItem}>
            <IconButton icon="menu" label={t("morePages")} aria-expanded={more} onClick={() => setMore(!more)} />
          </li>
        </ul>
      </nav>
      <main id="main" className={style.main} tabIndex={-1}>
        {children}
      </main>
      {palette && <Palette onClose={() => setPalette(false)} />}
    </div>
  );
}
