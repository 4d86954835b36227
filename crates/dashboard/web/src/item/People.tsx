/** The people concerned, while they are edited: who is among them, and who else could be. */

import { useTranslation } from "react-i18next";
import { IconButton } from "../design/Button";
import { SelectField } from "../design/Field";
import { useHere } from "../me/Me";
import style from "./People.module.css";

interface Props {
  label: string;
  chosen: readonly string[];
  onChange: (people: readonly string[]) => void;
  wrong: string | undefined;
}

export function PeopleField({ label, chosen, onChange, wrong }: Props) {
  const { t } = useTranslation("item");
  const { grants, nameOf } = useHere();
  const others = [...new Set(grants.map((grant) => grant.person))]
    .filter((person) => !chosen.includes(person))
    .map((person) => ({ person, name: nameOf(person) }))
    .sort((one, other) => one.name.localeCompare(other.name));
  return (
    <div className={style.people}>
      {chosen.length > 0 && (
        <ul aria-label={label}>
          {chosen.map((person) => (
            <li key={person}>
              <span>{nameOf(person)}</span>
              <IconButton icon="close" label={t("removePerson", { name: nameOf(person) })} onClick={() => onChange(chosen.filter((one) => one !== person))} />
            </li>
          ))}
        </ul>
      )}
      <SelectField label={t("addPerson")} hideLabel wrong={wrong} value="" onChange={(event) => event.target.value && onChange([...chosen, event.target.value])}>
        <option value="">{t("addPerson")}</option>
        {others.map(({ person, name }) => (
          <option key={person} value={person}>
            {name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
