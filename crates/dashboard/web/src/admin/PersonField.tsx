/** A field for one person: suggests whoever is known, and takes an id of somebody who is not. */

import { useId } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../design/Field";
import { type Known, labelOf, personOf } from "./people";

interface Props {
  label: string;
  people: readonly Known[];
  value: string;
  onChange: (typed: string) => void;
  wrong?: string | undefined;
  hint?: string;
  required?: boolean;
}

export function PersonField({ label, people, value, onChange, wrong, hint, required = true }: Props) {
  const { t } = useTranslation("admin");
  const list = useId();
  const unknown = value.trim() !== "" && personOf(value, people) === undefined;
  return (
    <>
      <TextField
        label={label}
        list={list}
        value={value}
        required={required}
        spellCheck={false}
        hint={hint ?? t("person.hint")}
        wrong={wrong ?? (unknown && value.trim().length > 2 ? t("person.unknown") : undefined)}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {people.map((one) => (
          <option key={one.name}>{labelOf(one)}</option>
        ))}
      </datalist>
    </>
  );
}
