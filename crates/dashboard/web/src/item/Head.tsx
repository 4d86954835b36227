/** The head of an item's page: its key, its title, what holds for it, and who has just changed it. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { TextArea } from "../design/Field";
import { Icon } from "../design/Icon";
import { Note } from "../design/parts";
import { ItemStatus } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { ResourceLink } from "../product/shown";
import { Editable } from "./Editable";
import { titleOf } from "./fields";
import { useItemHere } from "./itemHere";
import style from "./Head.module.css";

export function Head({ actions }: { actions: ReactNode }) {
  const { t } = useTranslation("item");
  const { item, fresh } = useItemHere();
  return (
    <header className={style.head}>
      <div className={style.line}>
        <span className={style.key}>{item.key}</span>
        {item.pinned && (
          <span className={style.pin}>
            <Icon name="pin" size={14} />
            {item.pinReason ? t("pinnedBecause", { reason: item.pinReason }) : t("pinned")}
          </span>
        )}
        <span role="status" className={style.fresh}>
          {fresh ? t("changedNow", { name: fresh.who }) : ""}
        </span>
      </div>
      <div className={style.title}>
        <Editable
          field="title"
          label={t("field.title")}
          linked
          value={item.title}
          typedOf={(value) => value}
          read={titleOf}
          renderValue={(value) => value}
          renderForm={({ typed, type, wrong }) => (
            <>
              <h1 tabIndex={-1} className="visually-hidden">
                {item.title}
              </h1>
              <TextArea
                label={t("field.title")}
                hideLabel
                rows={2}
                maxLength={200}
                className={style.area}
                value={typed}
                wrong={wrong}
                onChange={(event) => type(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
                  event.preventDefault();
                  event.currentTarget.form?.requestSubmit();
                }}
              />
            </>
          )}
        >
          <h1 tabIndex={-1}>{item.title}</h1>
        </Editable>
      </div>
      {actions}
    </header>
  );
}

/** What became of an item that is not open any more. */
export function Closed() {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  if (item.place > 0) return null;
  const isDone = item.status === ItemStatus.DONE;
  return (
    <Note icon={isDone ? "check" : "close"}>
      <p>
        {isDone ? t("isDone") : t("isDropped")}
        {item.closedReason && <> {t("because", { reason: item.closedReason })}</>}
      </p>
      {item.mergedInto && (
        <p>
          <ResourceLink name={item.mergedInto}>{t("wentInto", { item: idOf(item.mergedInto) })}</ResourceLink>
        </p>
      )}
    </Note>
  );
}
