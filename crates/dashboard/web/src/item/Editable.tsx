/** A field that is shown until somebody edits it where it stands: Enter saves, Escape gives up. */

import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "../design/announce";
import { Button, IconButton } from "../design/Button";
import { Icon } from "../design/Icon";
import { number } from "../i18n/format";
import { RefusalNote } from "../product/RefusalText";
import type { Field, Typed, Values } from "./fields";
import { useItemHere } from "./itemHere";
import { type Editing, useEdit } from "./useEdit";
import style from "./Editable.module.css";

export interface FieldForm<D> {
  readonly typed: D;
  readonly type: (typed: D) => void;
  readonly wrong: string | undefined;
}

interface Props<F extends Field, D> {
  field: F;
  label: string;
  /** What is shown. */
  children: ReactNode;
  /** Whether what is shown has links of its own: then a sign beside it begins the editing, else the value itself does. */
  linked?: boolean;
  typedOf: (value: Values[F]) => D;
  read: (typed: D) => Typed<Values[F]>;
  renderForm: (form: FieldForm<D>) => ReactNode;
  /** A value of somebody else, in words. */
  renderValue: (value: Values[F]) => ReactNode;
  value: Values[F];
}

export function Editable<F extends Field, D>(props: Props<F, D>) {
  const { field, label, children, linked = false } = props;
  const { t } = useTranslation("item");
  const { mayEdit, fresh } = useItemHere();
  const edit = useEdit(field);
  const way = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    // What was edited has the focus again, unless it went elsewhere.
    if (was.current && !edit.open && (document.activeElement === document.body || !document.activeElement)) way.current?.focus();
    was.current = edit.open;
  }, [edit.open]);

  if (edit.open) return <Form {...props} edit={edit} />;
  const mark = fresh?.fields.includes(field) ? <small className={style.by}>{t("changedBy", { name: fresh.who })}</small> : null;
  const classes = `${style.shown} ${mark ? style.fresh : ""}`;
  if (!mayEdit) {
    return (
      <div className={classes}>
        {children}
        {mark}
      </div>
    );
  }
  if (linked) {
    return (
      <div className={classes}>
        <div className={style.value}>{children}</div>
        <IconButton ref={way} icon="edit" label={t("change", { field: label })} className={style.sign} onClick={edit.start} />
        {mark}
      </div>
    );
  }
  return (
    <div className={classes}>
      <button ref={way} type="button" className={style.way} onClick={edit.start}>
        <span className="visually-hidden">{t("change", { field: label })}: </span>
        {children}
        <span className={style.pencil}>
          <Icon name="edit" size={14} />
        </span>
      </button>
      {mark}
    </div>
  );
}

function Form<F extends Field, D>({ value, typedOf, read, renderForm, renderValue, label, edit }: Props<F, D> & { edit: Editing<Values[F]> }) {
  const { t } = useTranslation("item");
  const { fresh } = useItemHere();
  const [typed, setTyped] = useState(() => typedOf(value));
  const [wrong, setWrong] = useState<string>();
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const control = box.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea, select");
    control?.focus();
    if (control instanceof HTMLInputElement && control.type === "text") control.select();
  }, []);
  useEffect(() => {
    if (edit.isContested) announce(t("contested"));
  }, [edit.isContested, t]);

  const foundIn = () => {
    const found = read(typed);
    if ("value" in found) return found;
    setWrong(t(`wrong.${found.wrong}`, { most: found.most === undefined ? "" : number(found.most) }));
    return undefined;
  };
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (edit.busy) return;
    const found = foundIn();
    if (found) void edit.save(found.value);
  };
  const insist = () => {
    const found = foundIn();
    if (found) void edit.insist(found.value);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      edit.stop();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  };
  return (
    // The form listens to the keys of its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form ref={box} className={style.form} aria-label={label} onSubmit={save} onKeyDown={key} noValidate>
      {renderForm({
        typed,
        type: (next) => {
          setTyped(next);
          setWrong(undefined);
        },
        wrong: wrong ?? edit.wrong,
      })}
      {edit.isContested ? (
        <div className={style.contest}>
          <p>{fresh ? t("theirsBy", { name: fresh.who }) : t("theirs")}</p>
          <blockquote>{renderValue(edit.theirs as Values[F])}</blockquote>
          <div className={style.buttons}>
            <Button small weight="main" busy={edit.busy} onClick={insist}>
              {t("takeMine")}
            </Button>
            <Button small onClick={edit.stop}>
              {t("takeTheirs")}
            </Button>
          </div>
        </div>
      ) : (
        <div className={style.buttons}>
          <Button small type="submit" weight="main" busy={edit.busy}>
            {t("design:save")}
          </Button>
          <Button small weight="quiet" onClick={edit.stop}>
            {t("design:cancel")}
          </Button>
        </div>
      )}
      {edit.refused !== undefined && edit.refused !== null && <RefusalNote thrown={edit.refused} />}
    </form>
  );
}
