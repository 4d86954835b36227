/** The administration of a product: its parts, each at an address of its own. */

import { useTranslation } from "react-i18next";
import { Redirect } from "wouter";
import { AlertsPart } from "../alert/AlertsPart";
import { DeliveriesPart } from "../alert/DeliveriesPart";
import { pageOf } from "../api/names";
import { NotFound } from "../app/NotFound";
import { useTitle } from "../app/title";
import { PageHead, Tabs } from "../design/parts";
import { useHere } from "../me/Me";
import { DomainsPart } from "./DomainsPart";
import { PointsPart } from "./PointsPart";
import { RolesPart } from "./RolesPart";
import { SharePart } from "./SharePart";
import style from "./admin.module.css";

const PARTS = {
  roles: RolesPart,
  domains: DomainsPart,
  points: PointsPart,
  alerts: AlertsPart,
  deliveries: DeliveriesPart,
  share: SharePart,
} as const;
type Part = keyof typeof PARTS;

const NAMES = Object.keys(PARTS) as Part[];

export default function AdministrationPage(props: { part: string }) {
  const { t } = useTranslation("admin");
  const { name } = useHere();
  const part = NAMES.find((one) => one === props.part);
  useTitle(part ? t(`tab.${part}`) : t("title"));
  const base = pageOf(name, "administration");
  if (props.part === "") return <Redirect to={`${base}/roles`} replace />;
  if (!part) return <NotFound />;
  const Shown = PARTS[part];
  return (
    <div className={style.page}>
      <PageHead title={t("title")} />
      <Tabs label={t("parts")} tabs={NAMES.map((one) => ({ href: `${base}/${one}`, label: t(`tab.${one}`) }))} />
      <Shown />
    </div>
  );
}
