/** The ways out among which is chosen: each with a title, and what it would change. */

import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../design/Button";
import { TextField } from "../design/Field";
import { ChangeFields } from "./ChangeFields";
import { missingOfOption, newOption, type OptionDraft } from "./change";
import style from "./OptionFields.module.css";

/** As many as the service takes. */
const MOST = 10;

export function OptionFields(props: {
  options: readonly OptionDraft[];
  onChange: (options: readonly OptionDraft[]) => void;
  suggested: readonly string[];
  tried: boolean;
}) {
  const { options, onChange, suggested, tried } = props;
  const { t } = useTranslation("escalation");
  const all = useRef<HTMLDivElement>(null);
  const focus = (index: number) =>
    requestAnimationFrame(() => {
      const sets = all.current?.querySelectorAll<HTMLElement>("fieldset");
      const field = sets?.[Math.min(index, (sets?.length ?? 0) - 1)]?.querySelector<HTMLElement>("input");
      (field ?? all.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
    });
  return (
    <div ref={all} className={style.options}>
      {options.map((option, index) => (
        <fieldset key={option.id} className={style.option}>
          <legend className="visually-hidden">{t("option.number", { number: index + 1 })}</legend>
          <span className={style.number} aria-hidden="true">
            {index + 1}
          </span>
          <div className={style.fields}>
            <TextField
              label={t("option.title", { number: index + 1 })}
              hideLabel
              placeholder={t("option.titleHint")}
              maxLength={200}
              value={option.title}
              wrong={tried && missingOfOption(option) === "title" ? t("missing.title") : undefined}
              onChange={(event) => onChange(options.map((one) => (one.id === option.id ? { ...one, title: event.target.value } : one)))}
            />
            <ChangeFields
              changes={option.changes}
              suggested={suggested}
              tried={tried}
              onChange={(changes) => onChange(options.map((one) => (one.id === option.id ? { ...one, changes } : one)))}
            />
          </div>
          <IconButton
            icon="close"
            label={t("option.remove", { number: index + 1 })}
            onClick={() => {
              onChange(options.filter(({ id }) => id !== option.id));
              focus(index);
            }}
          />
        </fieldset>
      ))}
      {options.length < MOST && (
        <Button
          small
          icon="plus"
          onClick={() => {
            onChange([...options, newOption()]);
            focus(options.length);
          }}
        >
          {t("option.add")}
        </Button>
      )}
    </div>
  );
}
