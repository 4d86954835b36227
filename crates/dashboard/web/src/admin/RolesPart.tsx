/** Who is what in the product, who stands in, and which seat is vacant. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { type Deputy, ProductService, type RoleGrant, RoleState } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { CheckField } from "../design/Field";
import { Menu } from "../design/Menu";
import { Empty, Table, Tag, Waiting } from "../design/parts";
import { dayOfMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { DeputyDialog } from "./DeputyDialog";
import { GrantDialog, type GrantFor } from "./GrantDialog";
import { ReasonDialog } from "../product/ReasonDialog";
import { inOrder } from "./roles";
import { useSeatWords } from "../product/useSeatWords";
import { TermText } from "./TermText";
import { Vacancies } from "./Vacancies";
import style from "./admin.module.css";

const P = ProductService.method;

type Open = { readonly what: "grant"; readonly preset?: GrantFor } | { readonly what: "deputy" } | { readonly what: "revoke"; readonly grant: RoleGrant } | { readonly what: "dismiss"; readonly deputy: Deputy };

export function RolesPart() {
  const { t } = useTranslation("admin");
  const here = useHere();
  const [search, setSearch] = useSearchParams();
  const over = search.get("over") === "1";
  const roles = useQuery(P.listRoles, { product: here.name, includeOver: over });
  const [open, setOpen] = useState<Open>();
  const whoMay = useWhoMay();
  const seat = useSeatWords();
  const close = () => setOpen(undefined);

  const mayGrant = here.mandate.may(Act.GRANT_ROLES) || here.mandate.may(Act.SEAT_CHIEF);
  const mayDeputise = here.mandate.mayAnywhere(Act.NAME_DEPUTY);
  const mayTake = (role: Role) => here.mandate.may(role === Role.CHIEF_PO ? Act.SEAT_CHIEF : Act.GRANT_ROLES);
  const mayDismiss = (deputy: Deputy) => (deputy.domain ? here.mandate.may(Act.NAME_DEPUTY, deputy.domain) : here.mandate.may(Act.NAME_DEPUTY));
  const domains = here.domains.map((domain) => domain.name);

  return (
    <div className={style.part}>
      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("roles.title")}</h2>
            <p>{mayGrant ? t("roles.text") : whoMay(Act.GRANT_ROLES)}</p>
          </div>
          <div className={style.actions}>
            <Button icon="plus" weight="main" disabled={!mayGrant} onClick={() => setOpen({ what: "grant" })}>
              {t("roles.grant")}
            </Button>
          </div>
        </div>
        <Vacancies vacancies={here.vacancies} mayTake={mayTake} onSeat={(preset) => setOpen({ what: "grant", preset })} />
        {roles.error && <RefusalNote thrown={roles.error} />}
        {roles.data ? (
          <Table label={t("roles.title")} head={[t("column.person"), t("column.role"), t("column.when"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
            {inOrder(roles.data.grants, domains).map((grant) => (
              <tr key={`${grant.person} ${grant.role} ${grant.domain} ${grant.sinceVersion}`}>
                <td className={style.strong}>{grant.personDisplayName || here.nameOf(grant.person)}</td>
                <td>{seat(grant.role, grant.domain)}</td>
                <td>
                  <span className={style.stack}>
                    <State state={grant.state} />
                    {grant.term ? <TermText term={grant.term} /> : <span>{t("term.since", { day: dayOfMoment(grant.sinceTime) })}</span>}
                  </span>
                </td>
                <td className={style.end}>
                  {grant.state !== RoleState.OVER && (
                    <Menu
                      label={t("roles.menu", { name: grant.personDisplayName || here.nameOf(grant.person) })}
                      items={[
                        {
                          key: "days",
                          label: t("roles.change"),
                          icon: "clock",
                          unavailable: mayTake(grant.role) ? undefined : whoMay(Act.GRANT_ROLES),
                          act: () => setOpen({ what: "grant", preset: { role: grant.role, domain: grant.domain, person: grant.person, term: grant.term } }),
                        },
                        {
                          key: "revoke",
                          label: t("roles.revoke"),
                          icon: "close",
                          unavailable: mayTake(grant.role) ? undefined : whoMay(grant.role === Role.CHIEF_PO ? Act.SEAT_CHIEF : Act.GRANT_ROLES),
                          act: () => setOpen({ what: "revoke", grant }),
                        },
                      ]}
                    />
                  )}
                </td>
              </tr>
            ))}
          </Table>
        ) : (
          <Waiting />
        )}
        <CheckField label={t("roles.over")} checked={over} onChange={(event) => setSearch(event.target.checked ? { over: "1" } : {}, { replace: true })} />
      </section>

      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("deputies.title")}</h2>
            <p>{mayDeputise ? t("deputies.text") : whoMay(Act.NAME_DEPUTY, ...domains)}</p>
          </div>
          <div className={style.actions}>
            <Button icon="plus" disabled={!mayDeputise} onClick={() => setOpen({ what: "deputy" })}>
              {t("deputies.name")}
            </Button>
          </div>
        </div>
        {roles.data &&
          (roles.data.deputies.length === 0 ? (
            <Empty title={t("deputies.none")}>{t("deputies.noneText")}</Empty>
          ) : (
            <Table label={t("deputies.title")} head={[t("column.person"), t("column.standsIn"), t("column.when"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
              {roles.data.deputies.map((deputy) => (
                <tr key={`${deputy.person} ${deputy.role} ${deputy.domain} ${deputy.sinceVersion}`}>
                  <td className={style.strong}>{deputy.personDisplayName || here.nameOf(deputy.person)}</td>
                  <td>{seat(deputy.role, deputy.domain)}</td>
                  <td>
                    <span className={style.stack}>
                      <State state={deputy.state} />
                      <TermText term={deputy.term} />
                    </span>
                  </td>
                  <td className={style.end}>
                    {deputy.state !== RoleState.OVER && (
                      <Menu
                        label={t("deputies.menu", { name: deputy.personDisplayName || here.nameOf(deputy.person) })}
                        items={[
                          {
                            key: "dismiss",
                            label: t("deputies.dismiss"),
                            icon: "close",
                            unavailable: mayDismiss(deputy) ? undefined : whoMay(Act.NAME_DEPUTY, ...(deputy.domain ? [deputy.domain] : [])),
                            act: () => setOpen({ what: "dismiss", deputy }),
                          },
                        ]}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          ))}
      </section>

      {open?.what === "grant" && <GrantDialog preset={open.preset} onClose={close} />}
      {open?.what === "deputy" && <DeputyDialog onClose={close} />}
      {open?.what === "revoke" && (
        <ReasonDialog
          title={t("roles.revokeTitle", { name: open.grant.personDisplayName || here.nameOf(open.grant.person), role: seat(open.grant.role, open.grant.domain) })}
          action={t("roles.revoke")}
          method={P.revokeRole}
          request={(reason) => ({ product: here.name, person: open.grant.person, role: open.grant.role, domain: open.grant.domain, reason })}
          stale={[P.listRoles, P.getProduct]}
          done={t("roles.revoked")}
          onClose={close}
        >
          <p>{open.grant.role === Role.CHIEF_PO ? t("roles.revokeChief") : open.grant.role === Role.DOMAIN_PO ? t("roles.revokePo") : t("roles.revokeOther")}</p>
        </ReasonDialog>
      )}
      {open?.what === "dismiss" && (
        <ReasonDialog
          title={t("deputies.dismissTitle", { name: open.deputy.personDisplayName || here.nameOf(open.deputy.person) })}
          action={t("deputies.dismiss")}
          method={P.dismissDeputy}
          request={(reason) => ({ product: here.name, person: open.deputy.person, role: open.deputy.role, domain: open.deputy.domain, reason })}
          stale={[P.listRoles, P.getProduct]}
          done={t("deputies.dismissed")}
          onClose={close}
        >
          <p>{t("deputies.dismissText")}</p>
        </ReasonDialog>
      )}
    </div>
  );
}

function State({ state }: { state: RoleState }) {
  const { t } = useTranslation("admin");
  if (state === RoleState.COMING) {
    return (
      <span>
        <Tag tone="accent">{t("state.coming")}</Tag>
      </span>
    );
  }
  if (state === RoleState.OVER) {
    return (
      <span>
        <Tag>{t("state.over")}</Tag>
      </span>
    );
  }
  return null;
}
