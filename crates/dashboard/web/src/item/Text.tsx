/** An item's text: read as plain text, typed as it is. */

import { useTranslation } from "react-i18next";
import { TextArea } from "../design/Field";
import { Editable } from "./Editable";
import { useItemHere } from "./itemHere";
import { Prose } from "./Prose";
import style from "./Section.module.css";

export function Text() {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  return (
    <section className={style.section} aria-label={t("field.text")}>
      <Editable
        field="text"
        label={t("field.text")}
        linked
        value={item.text}
        typedOf={(value) => value}
        read={(typed) => ({ value: typed })}
        renderValue={(value) => value || t("none")}
        renderForm={({ typed, type, wrong }) => (
          <TextArea
            label={t("field.text")}
            hint={t("hint.text")}
            rows={Math.min(24, Math.max(8, typed.split("\n").length + 2))}
            value={typed}
            wrong={wrong}
            onChange={(event) => type(event.target.value)}
          />
        )}
      >
        {item.text ? <Prose text={item.text} /> : <p className={style.soft}>{t("noText")}</p>}
      </Editable>
    </section>
  );
}
