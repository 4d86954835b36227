/** A field for how long something holds. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../design/Field";
import { dayOfDate, isoDay } from "../i18n/format";
import { EXPIRIES, endAfter, endOfDay, type Expiring } from "./expiry";
import style from "./admin.module.css";

/** Days as text, or `day` and a day. */
export interface Expiry {
  readonly choice: string;
  readonly day: string;
}

export function firstExpiry(what: Expiring): Expiry {
  return { choice: String(EXPIRIES[what][0]), day: "" };
}

/** When it ends; `undefined` for never, `wrong` for a day that is none. */
export function endOf({ choice, day }: Expiry, now: Date): Date | undefined | "wrong" {
  if (choice === "day") return endOfDay(day, now) ?? "wrong";
  return endAfter(Number(choice), now);
}

export function ExpiryField({ what, value, onChange, wrong }: { what: Expiring; value: Expiry; onChange: (value: Expiry) => void; wrong?: string | undefined }) {
  const { t } = useTranslation("admin");
  const [today] = useState(() => isoDay({ ...dayOfDate(new Date()), $typeName: "google.type.Date" }));
  return (
    <div className={style.pair}>
      <SelectField label={t("expiry.label")} value={value.choice} onChange={(event) => onChange({ ...value, choice: event.target.value })} wrong={value.choice === "day" ? undefined : wrong}>
        {EXPIRIES[what].map((days) => (
          <option key={days} value={days}>
            {days === 0 ? t("expiry.never") : t("expiry.days", { count: days })}
          </option>
        ))}
        <option value="day">{t("expiry.untilDay")}</option>
      </SelectField>
      {value.choice === "day" && <TextField type="date" label={t("expiry.day")} value={value.day} min={today} required onChange={(event) => onChange({ ...value, day: event.target.value })} wrong={wrong} />}
    </div>
  );
}
