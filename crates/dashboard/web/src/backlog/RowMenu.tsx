/** The menu of a row: all that can be done with it, also by whoever drags nothing and knows no keys. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { Icon } from "../design/Icon";
import { Menu, type MenuItem } from "../design/Menu";
import menu from "../design/Menu.module.css";
import type { RowActs } from "./acts";

interface Props {
  readonly row: BacklogRow;
  readonly index: number;
  readonly tabIndex: number;
  readonly acts: RowActs;
  readonly label: string;
}

/** A button, until somebody presses it: most rows go by without. */
export function RowMenu(props: Props) {
  const [asked, setAsked] = useState(false);
  if (asked) return <Opened {...props} />;
  return (
    <button type="button" className={menu.sign} aria-haspopup="menu" aria-expanded={false} aria-label={props.label} title={props.label} tabIndex={props.tabIndex} onClick={() => setAsked(true)}>
      <Icon name="more" />
    </button>
  );
}

function Opened({ row, index, tabIndex, acts, label }: Props) {
  const { t } = useTranslation("backlog");
  const items: MenuItem[] = [
    { key: "open", label: t("menu.open"), icon: "forward", act: () => acts.open(row) },
    ...(acts.why && row.place > 0 ? [{ key: "why", label: t("menu.why"), icon: "why" as const, act: () => acts.why?.(row) }] : []),
  ];
  if (row.place > 0) {
    const cannot = acts.unmovable(row);
    const step = acts.unmovable(row, "up");
    // What holds for all of them is said once.
    items.push(
      { key: "up", label: t("menu.up"), icon: "up", unavailable: cannot ?? step, act: () => acts.step(row, index, "up") },
      ...(cannot === undefined
        ? ([
            { key: "down", label: t("menu.down"), icon: "down", unavailable: acts.unmovable(row, "down"), act: () => acts.step(row, index, "down") },
            { key: "top", label: t("menu.top"), icon: "top", act: () => acts.step(row, index, "top") },
            { key: "bottom", label: t("menu.bottom"), icon: "down", act: () => acts.step(row, index, "bottom") },
            { key: "place", label: t("menu.place"), icon: "backlog", act: () => acts.ask("place", row, index) },
          ] satisfies MenuItem[])
        : []),
      row.pinned
        ? { key: "unpin", label: t("menu.unpin"), icon: "pin", unavailable: acts.unpinnable(row), act: () => acts.ask("unpin", row, index) }
        : { key: "pin", label: t("menu.pin"), icon: "pin", unavailable: acts.unpinnable(row), act: () => acts.ask("pin", row, index) },
      { key: "domain", label: t("menu.domain"), icon: "out", unavailable: acts.unmovableDomain(row), act: () => acts.ask("domain", row, index) },
    );
  }
  return <Menu label={label} items={items} tabIndex={tabIndex} startsOpen />;
}
