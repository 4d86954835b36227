/** The open items that say no goal that they serve: how many, and the first of them in the order. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { nameOf } from "../api/names";
import { Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { DomainTag, ItemLink } from "../product/shown";
import style from "./PurposeView.module.css";

const SHOWN = 10;

export function GoallessItems({ moment }: { moment: Moment | undefined }) {
  const { t } = useTranslation("roadmap");
  const { name } = useHere();
  const found = useQuery(BacklogService.method.listBacklog, { parent: name, filter: { goal: nameOf(name, "goals", "-") }, pageSize: SHOWN, ...(moment ? { asOf: moment } : {}) });
  const { data } = found;
  return (
    <section className={style.part} aria-labelledby="goalless">
      <h2 id="goalless">{t("goalless.title")}</h2>
      {!data && (found.error ? <RefusalNote thrown={found.error} /> : <Waiting />)}
      {data?.totalSize === 0 && <p className={style.quiet}>{t("goalless.none")}</p>}
      {data && data.totalSize > 0 && (
        <>
          <p className={style.quiet}>{data.totalSize > data.rows.length ? t("goalless.first", { count: data.totalSize, shown: data.rows.length }) : t("goalless.all", { count: data.totalSize })}</p>
          <ul className={style.items}>
            {data.rows.map((row) => (
              <li key={row.name}>
                <span>
                  <ItemLink name={row.name} /> {row.title}
                </span>
                <DomainTag name={row.domain} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
