/** Makes a calendar, or changes one as a whole. */

import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Calendar, Country, EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { idOf, nameOf } from "../api/names";
import { Button, IconButton } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { CheckField, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { dayOfIso, isoDay } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { freeId, idFrom } from "./ids";
import { ownZone } from "./roles";
import { WeekHoursField } from "./WeekHoursField";
import { CLOSED, hoursOf, hoursText, textOf, weekOf } from "./weekHours";
import { isStale, wrongOf } from "./wrong";
import style from "./admin.module.css";

const E = EscalationPointService.method;
const COUNTRIES = [Country.DENMARK, Country.NETHERLANDS] as const;
const WORK = "09:00-17:00";

interface OwnDay {
  readonly key: number;
  readonly day: string;
  readonly hours: string;
  readonly name: string;
}

interface Props {
  calendar?: Calendar;
  calendars: readonly Calendar[];
  onClose: () => void;
}

export function CalendarDialog({ calendar, calendars, onClose }: Props) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const zones = useId();
  const [displayName, setDisplayName] = useState(calendar?.displayName ?? "");
  const [zone, setZone] = useState(calendar?.timeZone ?? ownZone());
  const [week, setWeek] = useState(calendar ? textOf(calendar.week) : { ...CLOSED, monday: WORK, tuesday: WORK, wednesday: WORK, thursday: WORK, friday: WORK });
  const [holidays, setHolidays] = useState<readonly Country[]>(calendar?.holidays ?? []);
  const [days, setDays] = useState<readonly OwnDay[]>(() => (calendar?.days ?? []).map((one, key) => ({ key, day: isoDay(one.day), hours: hoursText(one.hours), name: one.displayName })));
  const [standard, setStandard] = useState(calendar?.default ?? false);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [seen, setSeen] = useState(calendar?.changedAtVersion ?? 0n);
  const { send, busy, refused } = useCommand(E.saveCalendar, { stale: [E.listCalendars, E.computeDeadline], ownRefusal: true });
  const overtaken = isStale(refused);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const hours = weekOf(week);
    const own = days.map((one) => ({ ...one, read: hoursOf(one.hours) }));
    if (busy || "wrong" in hours || own.some((one) => "wrong" in one.read)) return;
    const expectedVersion = overtaken && calendar ? calendar.changedAtVersion : seen;
    setSeen(expectedVersion);
    const taken = new Set(calendars.map((one) => idOf(one.name)));
    const name = calendar?.name ?? nameOf(here.name, "calendars", freeId(idFrom(displayName) || "calendar", taken));
    const answer = await send({
      calendar: {
        name,
        displayName: displayName.trim(),
        timeZone: zone.trim(),
        week: hours.week,
        holidays: [...holidays],
        days: own.map((one) => ({ day: dayOfIso(one.day), hours: "hours" in one.read ? one.read.hours : [], displayName: one.name.trim() })),
        default: standard,
      },
      reason: reason.trim(),
      expectedVersion,
    });
    if (!answer) return;
    toast("good", t("calendars.saved"));
    onClose();
  };

  const setDay = (changed: OwnDay) => setDays(days.map((one) => (one.key === changed.key ? changed : one)));

  return (
    <Dialog wide title={calendar ? t("calendars.editTitle", { name: calendar.displayName }) : t("calendars.add")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className={style.pair}>
          <TextField label={t("facts.name")} value={displayName} required maxLength={120} onChange={(event) => setDisplayName(event.target.value)} wrong={wrongOf(refused, "calendar.display_name", "calendar.name")} />
          <TextField label={t("calendars.zone")} list={zones} value={zone} required spellCheck={false} onChange={(event) => setZone(event.target.value)} wrong={wrongOf(refused, "calendar.time_zone")} />
          <datalist id={zones}>
            {Intl.supportedValuesOf("timeZone").map((one) => (
              <option key={one}>{one}</option>
            ))}
          </datalist>
        </div>
        <WeekHoursField legend={t("calendars.week")} hint={t("hours.hint")} value={week} onChange={setWeek} showWrong={tried} />
        {wrongOf(refused, "calendar.week") && <p className={style.wrong}>{wrongOf(refused, "calendar.week")}</p>}
        <fieldset className={style.group}>
          <legend>{t("calendars.holidaysOff")}</legend>
          <div className={style.checks}>
            {COUNTRIES.map((country) => (
              <CheckField
                key={country}
                label={t(`country.${Country[country] as "DENMARK" | "NETHERLANDS"}`)}
                checked={holidays.includes(country)}
                onChange={(event) => setHolidays(event.target.checked ? [...holidays, country] : holidays.filter((one) => one !== country))}
              />
            ))}
          </div>
        </fieldset>
        <fieldset className={style.group}>
          <legend>{t("calendars.days")}</legend>
          {days.map((own) => {
            const read = hoursOf(own.hours);
            return (
              <div key={own.key} className={style.ownDay}>
                <TextField type="date" label={t("calendars.day")} value={own.day} required onChange={(event) => setDay({ ...own, day: event.target.value })} />
                <TextField label={t("calendars.hours")} placeholder={t("hours.off")} value={own.hours} spellCheck={false} onChange={(event) => setDay({ ...own, hours: event.target.value })} wrong={tried && "wrong" in read ? t(`hours.wrong.${read.wrong}`) : undefined} />
                <TextField label={t("calendars.dayName")} value={own.name} maxLength={200} onChange={(event) => setDay({ ...own, name: event.target.value })} />
                <IconButton icon="close" label={t("calendars.removeDay", { day: own.day })} onClick={() => setDays(days.filter((one) => one.key !== own.key))} />
              </div>
            );
          })}
          <div>
            <Button small icon="plus" onClick={() => setDays([...days, { key: Math.max(-1, ...days.map((one) => one.key)) + 1, day: "", hours: "", name: "" }])}>
              {t("calendars.addDay")}
            </Button>
          </div>
          {wrongOf(refused, "calendar.days") && <p className={style.wrong}>{wrongOf(refused, "calendar.days")}</p>}
        </fieldset>
        <CheckField label={t("calendars.makeDefault")} hint={t("calendars.defaultHint")} checked={standard} disabled={calendar?.default} onChange={(event) => setStandard(event.target.checked)} />
        <TextField label={t("design:reason")} hint={t("design:reasonHint")} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        {overtaken && calendar && (
          <Note icon="changes">
            <p>{t("calendars.overtaken", { name: calendar.displayName })}</p>
          </Note>
        )}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {overtaken ? t("facts.overwrite") : t("design:save")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
