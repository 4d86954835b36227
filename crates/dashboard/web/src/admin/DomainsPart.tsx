/** The product's own facts, and its domains. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Domain, ProductService } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Menu } from "../design/Menu";
import { Empty, Table } from "../design/parts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { useWhoMay } from "../product/RefusalText";
import { DomainTag } from "../product/shown";
import { number } from "../i18n/format";
import { DomainDialog } from "./DomainDialog";
import { FactsDialog } from "./FactsDialog";
import { ReasonDialog } from "../product/ReasonDialog";
import style from "./admin.module.css";

const P = ProductService.method;

type Open = { readonly what: "add" | "product" } | { readonly what: "edit" | "delete"; readonly domain: string };

export function DomainsPart() {
  const { t } = useTranslation("admin");
  const here = useHere();
  const whoMay = useWhoMay();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const mayDomains = here.mandate.may(Act.MANAGE_DOMAINS);
  const mayProduct = here.mandate.may(Act.EDIT_PRODUCT);
  const chosen = open && "domain" in open ? here.domain(open.domain) : undefined;

  const unavailable = (domain: Domain): string | undefined => {
    if (!mayDomains) return whoMay(Act.MANAGE_DOMAINS);
    return domain.openItems > 0 ? t("domains.notEmpty", { count: domain.openItems }) : undefined;
  };

  return (
    <div className={style.part}>
      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{here.product.displayName}</h2>
            <p>{here.product.summary || t("domains.noSummary")}</p>
            {!mayProduct && <p className={style.small}>{whoMay(Act.EDIT_PRODUCT)}</p>}
          </div>
          <div className={style.actions}>
            <Button icon="edit" disabled={!mayProduct} onClick={() => setOpen({ what: "product" })}>
              {t("domains.editProduct")}
            </Button>
          </div>
        </div>
      </section>

      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("domains.title")}</h2>
            <p>{mayDomains ? t("domains.text") : whoMay(Act.MANAGE_DOMAINS)}</p>
          </div>
          <div className={style.actions}>
            <Button icon="plus" weight="main" disabled={!mayDomains} onClick={() => setOpen({ what: "add" })}>
              {t("domains.add")}
            </Button>
          </div>
        </div>
        {here.domains.length === 0 ? (
          <Empty title={t("domains.none")}>{t("domains.noneText")}</Empty>
        ) : (
          <Table label={t("domains.title")} head={[t("column.domain"), t("column.key"), t("column.po"), t("column.open"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
            {here.domains.map((domain) => (
              <tr key={domain.name}>
                <td className={style.titled}>
                  <DomainTag name={domain.name} whole />
                  <small>{domain.summary}</small>
                </td>
                <td>{domain.key}</td>
                <td>{domain.domainPo ? here.nameOf(domain.domainPo) : t("design:vacant")}</td>
                <td>{number(domain.openItems)}</td>
                <td className={style.end}>
                  <Menu
                    label={t("domains.menu", { name: domain.displayName })}
                    items={[
                      { key: "edit", label: t("domains.edit"), icon: "edit", unavailable: mayDomains ? undefined : whoMay(Act.MANAGE_DOMAINS), act: () => setOpen({ what: "edit", domain: domain.name }) },
                      { key: "delete", label: t("domains.delete"), icon: "close", unavailable: unavailable(domain), act: () => setOpen({ what: "delete", domain: domain.name }) },
                    ]}
                  />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>

      {open?.what === "add" && <DomainDialog onClose={close} />}
      {open?.what === "product" && (
        <FactsDialog
          title={t("domains.editProduct")}
          now={here.product}
          method={P.updateProduct}
          request={(facts, expectedVersion) => ({ product: { name: here.name, ...facts }, updateMask: { paths: ["display_name", "summary"] }, expectedVersion })}
          fields="product"
          stale={[P.getProduct, P.listProducts]}
          onClose={close}
        />
      )}
      {open?.what === "edit" && chosen && (
        <FactsDialog
          title={t("domains.editTitle", { name: chosen.displayName })}
          now={chosen}
          method={P.updateDomain}
          request={(facts, expectedVersion) => ({ domain: { name: chosen.name, ...facts }, updateMask: { paths: ["display_name", "summary"] }, expectedVersion })}
          fields="domain"
          stale={[P.listDomains]}
          onClose={close}
        />
      )}
      {open?.what === "delete" && chosen && (
        <ReasonDialog
          title={t("domains.deleteTitle", { name: chosen.displayName })}
          action={t("domains.delete")}
          method={P.deleteDomain}
          request={(reason) => ({ name: chosen.name, expectedVersion: chosen.changedAtVersion, reason })}
          stale={[P.listDomains, P.getProduct]}
          done={t("domains.deleted")}
          onClose={close}
        >
          <p>{t("domains.deleteText", { key: chosen.key })}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
