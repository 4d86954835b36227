/** The changes that a way out orders, put together one by one: what is done, to which item, next to which other. */

import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../design/Button";
import { CheckField, SelectField } from "../design/Field";
import { useHere } from "../me/Me";
import { type ChangeDraft, missingOf, needsOther, newChange, ranks, VERBS, type Verb } from "./change";
import { ItemField } from "../product/ItemField";
import style from "./ChangeFields.module.css";

interface Props {
  changes: readonly ChangeDraft[];
  onChange: (changes: readonly ChangeDraft[]) => void;
  /** The items that this is about: offered before anything is typed. */
  suggested: readonly string[];
  /** Whether what is missing is told. */
  tried: boolean;
}

/** As many as the service takes. */
const MOST = 20;

export function ChangeFields({ changes, onChange, suggested, tried }: Props) {
  const { t } = useTranslation("escalation");
  const all = useRef<HTMLDivElement>(null);
  const add = () => {
    onChange([...changes, newChange()]);
    requestAnimationFrame(() => all.current?.querySelector<HTMLElement>(`:scope > ul > li:last-child select`)?.focus());
  };
  const remove = (index: number) => {
    onChange(changes.filter((_, one) => one !== index));
    requestAnimationFrame(() => {
      const rows = all.current?.querySelectorAll<HTMLElement>(":scope > ul > li");
      const neighbour = rows?.[Math.min(index, (rows?.length ?? 0) - 1)]?.querySelector<HTMLElement>("select");
      (neighbour ?? all.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
    });
  };
  return (
    <div ref={all} className={style.changes}>
      {changes.length > 0 && (
        <ul className={style.list}>
          {changes.map((change, index) => (
            <li key={change.id}>
              <One
                change={change}
                number={index + 1}
                suggested={suggested}
                tried={tried}
                onChange={(next) => onChange(changes.map((one) => (one.id === change.id ? next : one)))}
                onRemove={() => remove(index)}
              />
            </li>
          ))}
        </ul>
      )}
      {changes.length < MOST && (
        <Button small weight="quiet" icon="plus" onClick={add}>
          {changes.length === 0 ? t("change.addFirst") : t("change.add")}
        </Button>
      )}
    </div>
  );
}

function One(props: {
  change: ChangeDraft;
  number: number;
  suggested: readonly string[];
  tried: boolean;
  onChange: (change: ChangeDraft) => void;
  onRemove: () => void;
}) {
  const { change, number, suggested, tried, onChange, onRemove } = props;
  const { t } = useTranslation("escalation");
  const { domains } = useHere();
  const missing = tried ? missingOf(change) : undefined;
  return (
    <div className={style.change}>
      <div className={style.verb}>
      <SelectField
        label={t("change.verbLabel", { number })}
        hideLabel
        value={change.verb}
        onChange={(event) => onChange({ ...change, verb: event.target.value as Verb })}
      >
        {VERBS.map((verb) => (
          <option key={verb} value={verb}>
            {t(`change.verb.${verb}`)}
          </option>
        ))}
      </SelectField>
      </div>
      <div className={style.wide}>
      <ItemField
        label={t("change.item", { number })}
        hideLabel
        most={1}
        chosen={change.item ? [change.item] : []}
        suggested={suggested}
        wrong={missing === "item" ? t("missing.item") : undefined}
        onChange={([item = ""]) => onChange({ ...change, item })}
      />
      </div>
      {needsOther(change.verb) && (
        <>
          <span className={style.word} aria-hidden="true">
            {t(`change.next.${change.verb as "above" | "below"}`)}
          </span>
          <div className={style.wide}>
          <ItemField
            label={t("change.other", { number })}
            hideLabel
            most={1}
            chosen={change.other ? [change.other] : []}
            suggested={suggested}
            without={change.item}
            wrong={missing === "other" ? t("missing.other") : missing === "same" ? t("missing.same") : undefined}
            onChange={([other = ""]) => onChange({ ...change, other })}
          />
          </div>
        </>
      )}
      {change.verb === "move" && (
        <div className={style.wide}>
        <SelectField
          label={t("change.domain", { number })}
          hideLabel
          value={change.domain}
          wrong={missing === "domain" ? t("missing.domain") : undefined}
          onChange={(event) => onChange({ ...change, domain: event.target.value })}
        >
          <option value="">{t("change.toDomain")}</option>
          {domains.map(({ name, displayName }) => (
            <option key={name} value={name}>
              {displayName}
            </option>
          ))}
        </SelectField>
        </div>
      )}
      <IconButton icon="close" label={t("change.remove", { number })} className={style.remove} onClick={onRemove} />
      {ranks(change.verb) && change.item && (
        <div className={style.family}>
          <CheckField
            label={t("change.family")}
            checked={change.withFamily}
            onChange={(event) => onChange({ ...change, withFamily: event.target.checked })}
          />
        </div>
      )}
    </div>
  );
}
