/** The items that an entry consists of: found by words of their titles, added, taken out. What is picked is the form's. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useDeferredValue, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService, BacklogState } from "../api/gen/koepel/v1/backlog_pb";
import { idOf } from "../api/names";
import { announce } from "../design/announce";
import { IconButton } from "../design/Button";
import { TextField } from "../design/Field";
import { useHere } from "../me/Me";
import style from "./Forms.module.css";

export const ITEMS_MAX = 200;

export function ItemPicker({ picked, onChange }: { picked: readonly string[]; onChange: (picked: readonly string[]) => void }) {
  const { t } = useTranslation("roadmap");
  const { name } = useHere();
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const found = useQuery(
    BacklogService.method.searchItems,
    { parent: name, query, pageSize: 12, state: BacklogState.ALL },
    { enabled: query.length > 0, placeholderData: keepPreviousData },
  );
  const rows = query ? (found.data?.hits ?? []).flatMap(({ row }) => (row && !picked.includes(row.name) ? [row] : [])) : [];

  const add = (item: string) => {
    onChange([...picked, item]);
    setTyped("");
    announce(t("itemAdded", { item: idOf(item) }));
    field.current?.focus();
  };
  const remove = (item: string, index: number) => {
    onChange(picked.filter((one) => one !== item));
    announce(t("itemRemoved", { item: idOf(item) }));
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll("button");
      (buttons?.[Math.min(index, (buttons?.length ?? 0) - 1)] ?? field.current)?.focus();
    });
  };

  return (
    <div className={style.stack}>
      {picked.length > 0 && (
        <ul ref={list} className={style.picked} aria-label={t("items")}>
          {picked.map((item, index) => (
            <li key={item}>
              <span>{idOf(item)}</span>
              <IconButton icon="close" label={t("takeOut", { item: idOf(item) })} onClick={() => remove(item, index)} />
            </li>
          ))}
        </ul>
      )}
      {picked.length < ITEMS_MAX ? (
        <TextField
          ref={field}
          label={t("addItems")}
          hint={t("addItemsHint")}
          value={typed}
          aria-controls={id}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            // The hits of the words before are not those of what is typed.
            if (rows[0] && typed.trim() === query && !found.isPlaceholderData) add(rows[0].name);
          }}
        />
      ) : (
        <p className={style.quiet}>{t("itemsFull", { count: ITEMS_MAX })}</p>
      )}
      <div id={id} role="status" className="visually-hidden">
        {query && found.data ? t("itemsFound", { count: rows.length }) : ""}
      </div>
      {rows.length > 0 && (
        <div className={style.found}>
          {rows.map((row) => (
            <button key={row.name} type="button" onClick={() => add(row.name)}>
              <strong>{row.key}</strong>
              <span>{row.title}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
