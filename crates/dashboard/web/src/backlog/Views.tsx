/** The menu of views: keeps what is shown under a name, shows it again, renames and removes. */

import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "../design/announce";
import { Button, IconButton } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextField } from "../design/Field";
import { Icon } from "../design/Icon";
import { Menu } from "../design/Menu";
import { toast } from "../design/Toasts";
import style from "./FilterBar.module.css";
import { useViews } from "./useViews";
import { hasName, mayBeNamed, MOST_NAME, nameOfView, removed, renamed, saved, type View, viewOf } from "./views";

interface Props {
  readonly product: string;
  readonly person: string;
  /** What is shown, as a view keeps it. */
  readonly search: string;
  readonly show: (view: View) => void;
}

export function Views({ product, person, search, show }: Props) {
  const { t } = useTranslation("backlog");
  const [views, change] = useViews(product, person);
  const [open, setOpen] = useState<"save" | "all">();
  const now = viewOf(views, search);
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu
        label={now ? t("views.shown", { name: now.name }) : t("views.button")}
        className={`${style.chip} ${style.views} ${now ? style.set : ""}`}
        items={[
          ...views.map((view) => ({ key: `view ${view.name}`, label: view.name, checked: view === now, act: () => show(view) })),
          { key: "save", label: t("views.save"), icon: "plus" as const, act: () => setOpen("save") },
          ...(views.length > 0 ? [{ key: "all", label: t("views.change"), icon: "edit" as const, act: () => setOpen("all") }] : []),
        ]}
      >
        <span>{t("views.button")}</span>
        {now && <strong>{now.name}</strong>}
        <Icon name="chevron" size={12} />
      </Menu>
      {open === "save" && (
        <Save
          views={views}
          save={(name) => {
            change((all) => saved(all, { name, search }));
            toast("good", t("views.saved", { name: nameOfView(name) }));
            announce(t("views.saved", { name: nameOfView(name) }));
            close();
          }}
          onClose={close}
        />
      )}
      {open === "all" && <All views={views} change={change} onClose={close} />}
    </>
  );
}

function Save({ views, save, onClose }: { views: readonly View[]; save: (name: string) => void; onClose: () => void }) {
  const { t } = useTranslation("backlog");
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (nameOfView(name) === "") setMissing(true);
    else save(name);
  };
  return (
    <Dialog title={t("views.saveTitle")} onClose={onClose}>
      <form onSubmit={submit}>
        <TextField
          label={t("views.name")}
          hint={hasName(views, name) ? t("views.replaces") : t("views.text")}
          wrong={missing && nameOfView(name) === "" ? t("views.nameMissing") : undefined}
          autoFocus
          maxLength={MOST_NAME}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Buttons>
          <Button weight="main" type="submit">
            {t("design:save")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function All({ views, change, onClose }: { views: readonly View[]; change: (to: (views: readonly View[]) => readonly View[]) => void; onClose: () => void }) {
  const { t } = useTranslation("backlog");
  const list = useRef<HTMLUListElement>(null);
  const [named, setNamed] = useState<string>();
  const remove = (name: string, index: number) => {
    // The focus goes to the neighbour; without one, the dialog has nothing left to do.
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[data-remove]") ?? [])];
    const next = buttons[index + 1] ?? buttons[index - 1];
    change((all) => removed(all, name));
    announce(t("views.removed", { name }));
    if (next) next.focus();
    else onClose();
  };
  return (
    <Dialog title={t("views.title")} onClose={onClose}>
      <ul ref={list} className={style.allViews}>
        {views.map((view, index) => (
          <li key={view.name}>
            <One
              view={view}
              views={views}
              hasFocus={named === view.name}
              rename={(to) => {
                change((all) => renamed(all, view.name, to));
                setNamed(nameOfView(to));
                announce(t("views.renamed", { name: nameOfView(to) }));
              }}
            />
            <IconButton icon="close" data-remove="" label={t("views.remove", { name: view.name })} onClick={() => remove(view.name, index)} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** A name that cannot be is said, and stays until it is mended. A renamed one is another form, as this one was sent; `hasFocus`: it goes on where that one was. */
function One({ view, views, hasFocus, rename }: { view: View; views: readonly View[]; hasFocus: boolean; rename: (to: string) => void }) {
  const { t } = useTranslation("backlog");
  const [name, setName] = useState(view.name);
  const may = mayBeNamed(views, view.name, name);
  const field = useRef<HTMLInputElement>(null);
  const begins = useRef(hasFocus);
  useEffect(() => {
    if (begins.current) field.current?.focus();
  }, []);
  const isNew = may && nameOfView(name) !== view.name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isNew) rename(name);
      }}
    >
      <TextField
        ref={field}
        label={t("views.nameOf", { name: view.name })}
        hideLabel
        maxLength={MOST_NAME}
        wrong={may ? undefined : nameOfView(name) === "" ? t("views.nameMissing") : t("views.taken")}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {isNew && (
        <Button small type="submit">
          {t("views.rename")}
        </Button>
      )}
    </form>
  );
}
