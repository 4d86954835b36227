/** Fields for when something is planned: days, or how near it is. What is chosen is the form's. */

import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Horizon } from "../api/gen/koepel/v1/roadmap_pb";
import { TextField } from "../design/Field";
import { dayOfIso, isoDay } from "../i18n/format";
import { dayOf, numberOf } from "./days";
import { beginHere } from "./beginHere";
import type { Planned } from "./span";
import style from "./Forms.module.css";

const HORIZONS = [
  [Horizon.NOW, "now"],
  [Horizon.NEXT, "next"],
  [Horizon.LATER, "later"],
] as const;

/** What is typed, which may not be a plan yet. */
export interface WhenTyped {
  readonly kind: "dates" | "horizon";
  readonly start: string;
  readonly end: string;
  readonly horizon: Horizon;
}

export function typedOf(planned: Planned): WhenTyped {
  if (planned.kind === "horizon") return { kind: "horizon", start: "", end: "", horizon: planned.horizon };
  const text = (day: number | undefined) => (day === undefined ? "" : isoDay(asDay(dayOf(day))));
  return { kind: "dates", start: text(planned.start), end: text(planned.end), horizon: Horizon.NEXT };
}

/** The plan that was typed, or what is wrong with it. */
export function plannedOfTyped(typed: WhenTyped): Planned | "empty" | "backwards" {
  if (typed.kind === "horizon") return { kind: "horizon", horizon: typed.horizon };
  const start = dayOfIso(typed.start);
  const end = dayOfIso(typed.end);
  if (!start && !end) return "empty";
  const planned = { kind: "dates", start: start && numberOf(start), end: end && numberOf(end) } as const;
  if (planned.start !== undefined && planned.end !== undefined && planned.end < planned.start) return "backwards";
  return planned;
}

function asDay(day: { year: number; month: number; day: number }) {
  return { ...day, $typeName: "google.type.Date" } as const;
}

export function WhenFields({ typed, onChange, first = false }: { typed: WhenTyped; onChange: (typed: WhenTyped) => void; first?: boolean }) {
  const { t } = useTranslation("roadmap");
  const name = useId();
  const wrong = plannedOfTyped(typed) === "backwards" ? t("backwards") : undefined;
  return (
    <fieldset className={style.when}>
      <legend>{t("when")}</legend>
      <div className={style.choices}>
        <label>
          <input ref={first ? beginHere : undefined} type="radio" name={name} checked={typed.kind === "dates"} onChange={() => onChange({ ...typed, kind: "dates" })} />
          {t("byDate")}
        </label>
        {HORIZONS.map(([horizon, word]) => (
          <label key={word}>
            <input
              type="radio"
              name={name}
              checked={typed.kind === "horizon" && typed.horizon === horizon}
              onChange={() => onChange({ ...typed, kind: "horizon", horizon })}
            />
            {t(`horizon.${word}`)}
          </label>
        ))}
      </div>
      {typed.kind === "dates" && (
        <div className={style.dates}>
          <TextField label={t("firstDay")} type="date" min="1970-01-01" max="2199-12-31" value={typed.start} onChange={(event) => onChange({ ...typed, start: event.target.value })} />
          <TextField label={t("lastDay")} type="date" min="1970-01-01" max="2199-12-31" value={typed.end} wrong={wrong} onChange={(event) => onChange({ ...typed, end: event.target.value })} />
        </div>
      )}
      {typed.kind === "dates" && <p className={style.quiet}>{t("openHint")}</p>}
    </fieldset>
  );
}
