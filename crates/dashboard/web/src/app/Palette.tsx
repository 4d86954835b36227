/** The command palette: one field that finds items and pages, by keys alone. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { addressOf, type Page, pageOf } from "../api/names";
import { Icon, type IconName } from "../design/Icon";
import { useHere } from "../me/Me";
import style from "./Palette.module.css";

interface Hit {
  readonly key: string;
  readonly icon: IconName;
  readonly text: string;
  readonly note: string;
  readonly address: string;
}

const PAGES: readonly (readonly [Page, IconName])[] = [
  ["today", "today"],
  ["backlog", "backlog"],
  ["roadmap", "roadmap"],
  ["escalations", "escalation"],
  ["decisions", "decision"],
  ["changes", "changes"],
  ["directory", "directory"],
  ["administration", "administration"],
];

/** Opens it by Ctrl+K or Cmd+K, wherever the focus is. */
export function usePaletteKey(open: () => void): void {
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        // A form that is open would be lost by going elsewhere.
        if (document.querySelector("dialog:modal")) return;
        latest.current();
      }
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("app");
  const { name, domains } = useHere();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const wants = useRef(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const query = useDeferredValue(typed.trim());
  const found = useQuery(
    BacklogService.method.searchItems,
    { parent: name, query, pageSize: 12 },
    { enabled: query.length > 0, placeholderData: keepPreviousData },
  );

  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const wanted = query.toLocaleLowerCase();
  const places: Hit[] = [
    ...PAGES.map(([page, icon]) => ({ key: page, icon, text: t(`page.${page}`), note: "", address: pageOf(name, page) })),
    ...domains.map((domain) => ({
      key: domain.name,
      icon: "backlog" as const,
      text: domain.displayName,
      note: t("subBacklog"),
      address: addressOf(domain.name) ?? "",
    })),
  ].filter(({ text }) => text.toLocaleLowerCase().includes(wanted));
  const items: Hit[] = query
    ? (found.data?.hits ?? []).flatMap(({ row }) =>
        row ? [{ key: row.name, icon: "story" as const, text: row.title, note: row.key, address: addressOf(row.name) ?? "" }] : [],
      )
    : [];
  const hits = query ? [...items, ...places] : places;
  // What is found is of the words before for a moment: a key that was pressed then waits.
  const settled = query === typed.trim() && !found.isPlaceholderData && !(query !== "" && found.isPending);
  const chosen = Math.min(at, hits.length - 1);

  const open = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    go(hit.address);
  };
  useEffect(() => {
    if (!wants.current || !settled) return;
    wants.current = false;
    open(hits[0]);
  });
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(hits.length, 1));
    else if (event.key === "ArrowUp") setAt((chosen - 1 + hits.length) % Math.max(hits.length, 1));
    else if (event.key === "Enter") {
      if (settled) open(hits[chosen]);
      else wants.current = true;
    }
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={dialog} className={style.palette} aria-label={t("find")} onClose={onClose} {...{ closedby: "any" }}>
      <div className={style.field}>
        <Icon name="search" />
        <input
          role="combobox"
          aria-label={t("find")}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={hits[chosen] ? `${id}-${chosen}` : undefined}
          placeholder={t("findHint")}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
            wants.current = false;
          }}
          onKeyDown={key}
        />
      </div>
      <div id={id} role="listbox" aria-label={t("found")} className={style.hits}>
        {hits.map((hit, index) => (
          // The field has the focus, and its keys choose.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div key={hit.key} id={`${id}-${index}`} role="option" aria-selected={index === chosen} className={style.hit} onClick={() => open(hit)} onPointerMove={() => setAt(index)}>
            <Icon name={hit.icon} />
            <span>{hit.text}</span>
            <small>{hit.note}</small>
          </div>
        ))}
      </div>
      {hits.length === 0 && !found.isFetching && <p className={style.none}>{t("foundNothing", { query })}</p>}
    </dialog>
  );
}
