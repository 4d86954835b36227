/** Seats that nobody holds, now or soon: who answers meanwhile, and what to do. */

import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import type { Vacancy } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Note } from "../design/parts";
import { day, isoDay } from "../i18n/format";
import { useHere } from "../me/Me";
import type { GrantFor } from "./GrantDialog";
import { useSeatWords } from "../product/useSeatWords";
import style from "./admin.module.css";

interface Props {
  vacancies: readonly Vacancy[];
  mayTake: (role: Role) => boolean;
  onSeat: (preset: GrantFor) => void;
}

export function Vacancies({ vacancies, mayTake, onSeat }: Props) {
  const { t } = useTranslation("admin");
  const { nameOf } = useHere();
  const seat = useSeatWords();
  return (
    <>
      {vacancies.map((vacancy) => {
        const named = { seat: seat(vacancy.role, vacancy.domain) };
        const first = vacancy.firstDay;
        return (
          <Note key={`${vacancy.role} ${vacancy.domain}`} tone="warn" icon="person">
            <p className={style.strong}>{first && vacancy.fromTime ? t("vacancy.soon", { ...named, day: day(first) }) : t("vacancy.now", named)}</p>
            <p>
              {vacancy.deputy
                ? t("vacancy.deputy", { name: vacancy.deputyDisplayName || nameOf(vacancy.deputy) })
                : vacancy.role === Role.CHIEF_PO
                  ? t("vacancy.nobodyChief")
                  : t("vacancy.nobody")}{" "}
              {vacancy.nextPerson && t("vacancy.next", { name: vacancy.nextPersonDisplayName || nameOf(vacancy.nextPerson), day: day(vacancy.nextTerm?.firstDay) })}
            </p>
            {mayTake(vacancy.role) && (
              <p>
                <Button small onClick={() => onSeat({ role: vacancy.role, domain: vacancy.domain, firstDay: first ? isoDay(first) : "" })}>
                  {t("vacancy.seat")}
                </Button>
              </p>
            )}
          </Note>
        );
      })}
    </>
  );
}
