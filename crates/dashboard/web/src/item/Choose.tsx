/** A field with few values, chosen from a menu where it stands. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import type { IconName } from "../design/Icon";
import { Menu } from "../design/Menu";
import { useCommand } from "../product/useCommand";
import { type Field, isSame, patchOf, type Values, valueOf } from "./fields";
import { useItemHere } from "./itemHere";
import style from "./Editable.module.css";

const B = BacklogService.method;

interface Props<F extends Field> {
  field: F;
  label: string;
  options: readonly { readonly value: Values[F]; readonly label: string; readonly icon?: IconName; readonly unavailable?: string }[];
  children: ReactNode;
}

export function Choose<F extends Field>({ field, label, options, children }: Props<F>) {
  const { t } = useTranslation("item");
  const { item, mayEdit, fresh, again } = useItemHere();
  const { send, busy } = useCommand(B.updateItem, { stale: [B.listItemHistory] });
  const mark = fresh?.fields.includes(field) ? <small className={style.by}>{t("changedBy", { name: fresh.who })}</small> : null;
  const choose = async (value: Values[F]) => {
    const patch = patchOf(item, { [field]: value } as Partial<Values>);
    if (!patch || busy) return;
    await send({ ...patch, expectedVersion: item.changedAtVersion });
    // Also when it was refused: then somebody changed it, and what they made of it is shown.
    await again();
  };
  return (
    <div className={`${style.shown} ${mark ? style.fresh : ""}`} aria-busy={busy || undefined}>
      {mayEdit ? (
        <Menu
          label={t("changeFrom", { field: label, value: options.find((option) => isSame(field, option.value, valueOf(item, field)))?.label ?? "" })}
          className={style.choose}
          items={options.map(({ value, label, icon, unavailable }, index) => ({
            key: String(index),
            label,
            checked: isSame(field, value, valueOf(item, field)),
            act: () => void choose(value),
            ...(icon ? { icon } : {}),
            ...(unavailable ? { unavailable } : {}),
          }))}
        >
          {children}
        </Menu>
      ) : (
        children
      )}
      {mark}
    </div>
  );
}
