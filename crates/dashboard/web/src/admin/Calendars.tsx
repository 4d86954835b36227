/** When teams work, in words; and the way to say it. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Calendar, Country, EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { Button } from "../design/Button";
import { Menu } from "../design/Menu";
import { Tag } from "../design/parts";
import { day, list } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { useWhoMay } from "../product/RefusalText";
import { CalendarDialog } from "./CalendarDialog";
import { ReasonDialog } from "../product/ReasonDialog";
import { useHoursWords } from "./WeekHoursField";
import style from "./admin.module.css";

const E = EscalationPointService.method;

export function Calendars({ calendars }: { calendars: readonly Calendar[] }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const whoMay = useWhoMay();
  const may = here.mandate.may(Act.KEEP_CALENDARS);
  const [open, setOpen] = useState<{ readonly what: "add" } | { readonly what: "edit" | "remove"; readonly name: string }>();
  const close = () => setOpen(undefined);
  const chosen = open && "name" in open ? calendars.find((one) => one.name === open.name) : undefined;
  const unavailable = may ? undefined : whoMay(Act.KEEP_CALENDARS);
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("calendars.title")}</h2>
          <p>{t("calendars.text")}</p>
        </div>
        <div className={style.actions}>
          <Button icon="plus" disabled={!may} onClick={() => setOpen({ what: "add" })}>
            {t("calendars.add")}
          </Button>
        </div>
      </div>
      <ul className={style.rows}>
        {calendars.map((calendar) => (
          <li key={calendar.name} className={style.row}>
            <div>
              <h3 className={style.inline}>
                {calendar.builtIn ? t("calendars.builtIn") : calendar.displayName}
                {calendar.default && <Tag tone="accent">{t("calendars.default")}</Tag>}
              </h3>
              <CalendarWords calendar={calendar} />
            </div>
            {!calendar.builtIn && (
              <Menu
                label={t("calendars.menu", { name: calendar.displayName })}
                items={[
                  { key: "edit", label: t("calendars.edit"), icon: "edit", unavailable, act: () => setOpen({ what: "edit", name: calendar.name }) },
                  { key: "remove", label: t("calendars.remove"), icon: "close", unavailable, act: () => setOpen({ what: "remove", name: calendar.name }) },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {open?.what === "add" && <CalendarDialog calendars={calendars} onClose={close} />}
      {open?.what === "edit" && chosen && <CalendarDialog calendar={chosen} calendars={calendars} onClose={close} />}
      {open?.what === "remove" && chosen && (
        <ReasonDialog
          title={t("calendars.removeTitle", { name: chosen.displayName })}
          action={t("calendars.remove")}
          method={E.removeCalendar}
          request={(reason) => ({ name: chosen.name, reason, expectedVersion: chosen.changedAtVersion })}
          stale={[E.listCalendars, E.computeDeadline]}
          done={t("calendars.removed")}
          required
          onClose={close}
        >
          <p>{t("calendars.removeText")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}

function CalendarWords({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation("admin");
  const hours = useHoursWords();
  const countries = calendar.holidays.map((country) => t(`country.${Country[country] as "DENMARK" | "NETHERLANDS"}`));
  const [next] = calendar.days;
  return (
    <div className={style.stack}>
      <p>{t("calendars.open", { hours: hours(calendar.week), zone: calendar.timeZone })}</p>
      <p className={style.small}>{countries.length > 0 ? t("calendars.holidays", { countries: list(countries) }) : t("calendars.noHolidays")}</p>
      {next && <p className={style.small}>{t("calendars.ownDays", { count: calendar.days.length, day: day(next.day), name: next.displayName || t("calendars.unnamed") })}</p>}
    </div>
  );
}
