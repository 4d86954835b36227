/** A field that finds items by words or keys and holds those that were chosen: one, or several. By keys alone as by mouse. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { idOf } from "../api/names";
import { announce } from "../design/announce";
import { IconButton } from "../design/Button";
import { useHere } from "../me/Me";
import { useItems } from "./useItems";
import style from "./ItemField.module.css";

interface Props {
  label: string;
  hideLabel?: boolean;
  hint?: string | undefined;
  wrong?: string | undefined;
  chosen: readonly string[];
  onChange: (items: readonly string[]) => void;
  /** How many may be chosen. */
  most: number;
  /** What is offered before anything is typed. */
  suggested?: readonly string[];
  /** What is not offered. */
  without?: string;
}

interface Hit {
  readonly name: string;
  readonly title: string;
}

const NONE: readonly string[] = [];

export function ItemField({ label, hideLabel = false, hint, wrong, chosen, onChange, most, suggested = NONE, without = "" }: Props) {
  const { t } = useTranslation("design");
  const { name: product } = useHere();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const chips = useRef<HTMLUListElement>(null);
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const words = typed.trim();
  const query = useDeferredValue(words);
  const titles = useItems([...chosen, ...suggested]);
  const found = useQuery(
    BacklogService.method.searchItems,
    { parent: product, query, pageSize: 8 },
    { enabled: query.length > 0, placeholderData: keepPreviousData },
  );
  const offered: readonly Hit[] = query
    ? (found.data?.hits ?? []).flatMap(({ row }) => (row ? [{ name: row.name, title: row.title }] : []))
    : suggested.map((name) => ({ name, title: titles.get(name)?.title ?? "" }));
  const hits = offered.filter(({ name }) => !chosen.includes(name) && name !== without);
  // The hits of the words before are shown until those of what is typed are there; a key does not choose them.
  const isCurrent = words === query && (words === "" || (found.data !== undefined && !found.isPlaceholderData));
  const full = chosen.length >= most;
  const shown = open && !full && (hits.length > 0 || query !== "");
  const now = Math.min(at, hits.length - 1);

  const choose = (hit: Hit | undefined) => {
    if (!hit) return;
    onChange([...chosen, hit.name]);
    setTyped("");
    setAt(0);
    announce(t("pick.chosen", { item: idOf(hit.name), title: hit.title }));
    // The field goes away when it is full: the focus goes to what was chosen.
    if (chosen.length + 1 >= most) requestAnimationFrame(() => chips.current?.querySelector<HTMLElement>("li:last-child button")?.focus());
  };
  const remove = (name: string) => {
    onChange(chosen.filter((one) => one !== name));
    announce(t("pick.removed", { item: idOf(name) }));
    requestAnimationFrame(() => field.current?.focus());
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown") {
      setOpen(true);
      setAt(shown && hits.length > 0 ? (now + 1) % hits.length : 0);
    } else if (event.key === "ArrowUp" && shown) setAt((now - 1 + hits.length) % Math.max(hits.length, 1));
    else if (event.key === "Enter" && isCurrent && shown && hits[now]) choose(hits[now]);
    else if (event.key === "Enter" && typed) {
      // Words that found nothing yet do not send the form.
    } else if (event.key === "Escape" && shown) setOpen(false);
    else if (event.key === "Backspace" && typed === "" && chosen.length > 0) {
      const before = chosen[chosen.length - 1];
      if (before) remove(before);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={style.field}>
      <label className={hideLabel ? "visually-hidden" : style.label} htmlFor={full ? undefined : id} id={`${id}-label`}>
        {label}
      </label>
      <div className={style.box} data-wrong={wrong ? "" : undefined} data-full={full ? "" : undefined}>
        {chosen.length > 0 && (
          <ul ref={chips} className={style.chips} aria-labelledby={`${id}-label`}>
            {chosen.map((name) => (
              <li key={name}>
                <strong>{idOf(name)}</strong>
                <span className={style.title}>{titles.get(name)?.title}</span>
                <IconButton icon="close" label={t("pick.remove", { item: idOf(name) })} onClick={() => remove(name)} />
              </li>
            ))}
          </ul>
        )}
        {!full && (
          <input
            ref={field}
            id={id}
            role="combobox"
            aria-expanded={shown}
            aria-controls={shown ? `${id}-hits` : undefined}
            aria-autocomplete="list"
            aria-activedescendant={shown && hits[now] ? `${id}-${now}` : undefined}
            aria-invalid={wrong ? true : undefined}
            aria-describedby={[hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            placeholder={chosen.length > 0 ? t("pick.more") : t("pick.words")}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
              setOpen(true);
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={key}
          />
        )}
      </div>
      {shown && (
        <div className={style.anchor}>
          <div id={`${id}-hits`} role="listbox" aria-label={t("pick.found")} className={style.hits}>
            {hits.map((hit, index) => (
              // The field has the focus, and its keys choose.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
              <div
                key={hit.name}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === now}
                className={style.hit}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(hit)}
                onPointerMove={() => setAt(index)}
              >
                <strong>{idOf(hit.name)}</strong>
                <span>{hit.title}</span>
              </div>
            ))}
            {hits.length === 0 && (
              <div role="option" aria-selected="false" aria-disabled="true" className={style.none}>
                {found.isFetching ? t("pick.looking") : t("pick.none", { query })}
              </div>
            )}
          </div>
        </div>
      )}
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className={style.wrong}>
          {wrong}
        </p>
      )}
    </div>
  );
}
