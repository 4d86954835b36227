/** Who one is here, in which language and light, and the way out. */

import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { idOf } from "../api/names";
import { Icon } from "../design/Icon";
import { Menu, type MenuItem } from "../design/Menu";
import { densityNow, setDensity, setTheme, THEMES, themeNow } from "../design/theme";
import { LANGUAGES, language } from "../i18n/language";
import { speak } from "../i18n/words";
import { useMe } from "../me/Me";
import { leave } from "../sign_in/leave";
import { queries } from "./queries";
import style from "./ReaderMenu.module.css";
import { useState } from "react";

export function ReaderMenu() {
  const { t } = useTranslation("app");
  const me = useMe();
  const [, go] = useLocation();
  const [, changed] = useState(0);
  const choices: MenuItem[] = [
    ...LANGUAGES.map((one) => ({
      key: one,
      label: <span lang={one}>{t(`language.${one}`)}</span>,
      checked: one === language(),
      act: () => {
        // What the server says in sentences comes anew, in the other language.
        void speak(one).then(() => queries.invalidateQueries());
      },
    })),
    ...THEMES.map((theme, index) => ({
      key: theme,
      begins: index === 0,
      label: t(`theme.${theme}`),
      checked: theme === themeNow(),
      act: () => {
        setTheme(theme);
        changed((count) => count + 1);
      },
    })),
    {
      key: "density",
      begins: true,
      label: t("dense"),
      checked: densityNow() === "dense",
      act: () => {
        setDensity(densityNow() === "dense" ? "roomy" : "dense");
        changed((count) => count + 1);
      },
    },
    ...(me?.administrator ? [{ key: "server", label: t("server"), icon: "administration" as const, begins: true, act: () => go("/administration") }] : []),
    { key: "out", label: t("signOut"), icon: "out", begins: !me?.administrator, act: () => void leave() },
  ];
  const name = me ? me.displayName || idOf(me.name) : "";
  return (
    <Menu label={t("reader", { name })} items={choices}>
      <span className={style.name}>{name}</span>
      <span className={style.small}>
        <Icon name="person" size={20} />
      </span>
    </Menu>
  );
}
