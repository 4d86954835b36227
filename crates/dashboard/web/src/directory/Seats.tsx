/** All seats of the product: who holds them, who stands in, and which are vacant. */

import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { addressOf, pageOf } from "../api/names";
import { Tag } from "../design/parts";
import { day } from "../i18n/format";
import { useHere } from "../me/Me";
import { DomainTag } from "../product/shown";
import style from "./directory.module.css";

export function Seats() {
  const { t } = useTranslation("directory");
  const here = useHere();
  const vacancyOf = (domain: string) => here.vacancies.find((one) => one.domain === domain);
  return (
    <section className={style.section}>
      <h2>{t("seats")}</h2>
      <ul className={style.seats}>
        <Seat title={<strong>{t("design:role.CHIEF_PO")}</strong>} summary={t("chiefText")} holder={here.chiefPo} deputy={here.chiefPoDeputy} vacantFrom={day(vacancyOf("")?.firstDay)} />
        {here.domains.map((domain) => (
          <Seat
            key={domain.name}
            title={
              <Link href={addressOf(domain.name) ?? pageOf(here.name, "backlog")}>
                <DomainTag name={domain.name} whole />
              </Link>
            }
            summary={domain.summary}
            holder={domain.domainPo}
            deputy={domain.deputy}
            vacantFrom={day(vacancyOf(domain.name)?.firstDay)}
          />
        ))}
      </ul>
      <p className={style.soft}>
        <Link href={`${pageOf(here.name, "administration")}/roles`}>{t("allRoles")}</Link>
      </p>
    </section>
  );
}

function Seat({ title, summary, holder, deputy, vacantFrom }: { title: React.ReactNode; summary: string; holder: string; deputy: string; vacantFrom: string }) {
  const { t } = useTranslation("directory");
  const { nameOf } = useHere();
  return (
    <li>
      <div>
        {title}
        <p className={style.soft}>{summary}</p>
      </div>
      <div>
        {holder ? <span className={style.strong}>{nameOf(holder)}</span> : <Tag tone="warn">{t("design:vacant")}</Tag>}
        {deputy && <p className={style.soft}>{t("standsIn", { name: nameOf(deputy) })}</p>}
        {holder && vacantFrom && <p className={style.soft}>{t("vacantFrom", { day: vacantFrom })}</p>}
      </div>
    </li>
  );
}
