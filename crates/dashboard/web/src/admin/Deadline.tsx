/** When an answer would be due if something were raised now. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Calendar, EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { nameOf } from "../api/names";
import { SelectField, TextField } from "../design/Field";
import { list, moment } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import type { Unit } from "./points";
import style from "./admin.module.css";

export function Deadline({ calendars }: { calendars: readonly Calendar[] }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const standard = nameOf(here.name, "calendars", "-");
  const [calendar, setCalendar] = useState(standard);
  const [count, setCount] = useState("2");
  const [unit, setUnit] = useState<Unit>("days");
  const value = /^\d{1,5}$/.test(count.trim()) ? Number(count) : 0;
  const valid = value >= 1 && value <= (unit === "hours" ? 10_000 : 400);
  const due = useQuery(
    EscalationPointService.method.computeDeadline,
    { calendar, answerTime: { length: unit === "hours" ? { case: "workingHours", value } : { case: "workingDays", value } } },
    { enabled: valid, placeholderData: keepPreviousData, gcTime: 0 },
  );
  return (
    <section className={style.section}>
      <h2>{t("deadline.title")}</h2>
      <div className={`${style.pair} ${style.narrow}`}>
        <SelectField label={t("point.calendar")} value={calendar} onChange={(event) => setCalendar(event.target.value)}>
          <option value={standard}>{t("point.defaultCalendar")}</option>
          {calendars
            .filter((one) => !one.builtIn)
            .map((one) => (
              <option key={one.name} value={one.name}>
                {one.displayName}
              </option>
            ))}
        </SelectField>
        <TextField label={t("point.within")} inputMode="numeric" value={count} onChange={(event) => setCount(event.target.value)} wrong={valid ? undefined : unit === "hours" ? t("deadline.hoursRange") : t("deadline.daysRange")} />
        <SelectField label={t("point.unit")} value={unit} onChange={(event) => setUnit(event.target.value === "hours" ? "hours" : "days")}>
          <option value="days">{t("point.days")}</option>
          <option value="hours">{t("point.hours")}</option>
        </SelectField>
      </div>
      <div role="status">
        {valid && due.data && (
          <>
            <p>{t("deadline.due", { due: moment(due.data.deadline), opening: moment(due.data.openingTime) })}</p>
            {due.data.yearsByRule.length > 0 && <p className={style.small}>{t("deadline.byRule", { years: list(due.data.yearsByRule.map(String)) })}</p>}
          </>
        )}
      </div>
      {due.error && <RefusalNote thrown={due.error} />}
    </section>
  );
}
