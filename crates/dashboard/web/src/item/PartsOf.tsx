/** The items that are parts of this one. */

import { useTranslation } from "react-i18next";
import { ItemStatus } from "../api/gen/koepel/v1/common_pb";
import { Button } from "../design/Button";
import { RefusalNote } from "../product/RefusalText";
import { DomainTag, ItemLink, KindSign, StatusSign } from "../product/shown";
import { useChildren } from "./children";
import { useItemHere } from "./itemHere";
import style from "./Section.module.css";

export function PartsOf() {
  const { t } = useTranslation("item");
  const { item, moment } = useItemHere();
  const { rows, isWhole, isLooking, lookFurther, error } = useChildren(item.name, moment);
  if (error) return <RefusalNote thrown={error} />;
  if (rows.length === 0) return null;
  const done = rows.filter((row) => row.status === ItemStatus.DONE).length;
  const counted = rows.filter((row) => row.status !== ItemStatus.DROPPED).length;
  return (
    <section className={style.section} aria-labelledby="parts">
      <div className={style.top}>
        <h2 id="parts">{t("parts.title")}</h2>
        {isWhole && counted > 0 && <span className={style.soft}>{t("parts.done", { done, count: counted })}</span>}
      </div>
      <ul className={style.rows}>
        {rows.map((row) => (
          <li key={row.name}>
            <KindSign kind={row.kind} wordless />
            <ItemLink name={row.name} />
            <span className={`${style.grow} ${row.status === ItemStatus.DROPPED ? style.closed : ""}`}>{row.title}</span>
            {row.domain !== item.domain && <DomainTag name={row.domain} />}
            <StatusSign status={row.status} />
          </li>
        ))}
      </ul>
      {!isWhole && (
        <div>
          <Button small weight="quiet" busy={isLooking} onClick={lookFurther}>
            {t("parts.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
