/** The reader's domains at a glance: how much is open, what comes first, what is pinned. The whole product for whoever has none. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { type BacklogRow, BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { addressOf, pageOf } from "../api/names";
import { Icon } from "../design/Icon";
import { useHere } from "../me/Me";
import { DomainTag, ItemLink, StatusSign } from "../product/shown";
import style from "./TodayPage.module.css";

const TOP = 3;
const PINNED = 5;

export function Glance({ domains }: { domains: readonly string[] }) {
  const here = useHere();
  if (domains.length === 0) return <Part parent={here.name} />;
  return domains.map((domain) => <Part key={domain} parent={domain} />);
}

function Part({ parent }: { parent: string }) {
  const { t } = useTranslation("today");
  const here = useHere();
  const whole = parent === here.name;
  const list = BacklogService.method.listBacklog;
  const top = useQuery(list, { parent, pageSize: TOP });
  const pinned = useQuery(list, { parent, filter: { pinned: true }, pageSize: PINNED });
  const open = top.data?.totalSize ?? (whole ? here.product.openItems : (here.domain(parent)?.openItems ?? 0));
  const rows = top.data?.rows ?? [];
  const held = (pinned.data?.rows ?? []).filter((row) => row.pinned);
  return (
    <section className={style.part}>
      <h2>{whole ? t("glance.whole") : <DomainTag name={parent} />}</h2>
      <p className={style.soft}>
        <Link href={whole ? pageOf(here.name, "backlog") : (addressOf(parent) ?? "")}>{t("glance.open", { count: open })}</Link>
      </p>
      {rows.length > 0 && (
        <>
          <h3>{t("glance.top")}</h3>
          <Rows rows={rows} whole={whole} />
        </>
      )}
      {held.length > 0 && (
        <>
          <h3>
            <Icon name="pin" /> {t("glance.pinned")}
          </h3>
          <Rows rows={held} whole={whole} />
        </>
      )}
    </section>
  );
}

function Rows({ rows, whole }: { rows: readonly BacklogRow[]; whole: boolean }) {
  return (
    <ul className={style.rows}>
      {rows.map((row) => (
        <li key={row.name}>
          <span className={style.place}>{whole ? row.place : row.domainPlace}</span>
          <span>
            <ItemLink name={row.name} /> {row.title}
          </span>
          <StatusSign status={row.status} wordless />
        </li>
      ))}
    </ul>
  );
}
