/** The hours of a week: seven fields to type them in, and the same in words. */

import { useTranslation } from "react-i18next";
import type { WeekHours } from "../api/gen/koepel/v1/escalation_point_pb";
import { TextField } from "../design/Field";
import { list, weekday } from "../i18n/format";
import { DAYS, hoursOf, runsOf, type WeekText } from "./weekHours";
import style from "./admin.module.css";

export function WeekHoursField({ legend, hint, value, onChange, showWrong }: { legend: string; hint: string; value: WeekText; onChange: (value: WeekText) => void; showWrong: boolean }) {
  const { t } = useTranslation("admin");
  return (
    <fieldset className={style.group}>
      <legend>{legend}</legend>
      <p className={style.small}>{hint}</p>
      <div className={style.weekFields}>
        {DAYS.map((day, index) => {
          const read = hoursOf(value[day]);
          return (
            <TextField
              key={day}
              label={weekday(index)}
              value={value[day]}
              placeholder={t("hours.closed")}
              spellCheck={false}
              wrong={showWrong && "wrong" in read ? t(`hours.wrong.${read.wrong}`) : undefined}
              onChange={(event) => onChange({ ...value, [day]: event.target.value })}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

/** `Mon–Thu 09:00–17:00, Fri 09:00–15:00`, as a list of a sentence; empty if there are no hours. */
export function useHoursWords(): (week: WeekHours | undefined) => string {
  const { t } = useTranslation("admin");
  return (week) =>
    list(
      runsOf(week).map(({ from, to, hours }) => {
        const spans = hours.map((span) => span.replace("-", "–")).join(", ");
        const first = weekday(from, "short");
        return from === to ? t("hours.day", { day: first, hours: spans }) : t("hours.days", { first, last: weekday(to, "short"), hours: spans });
      }),
    );
}
