/** Invitations to sign in at the identity provider, and the accounts that are bound to people. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService, type Identity, type Invitation } from "../api/gen/koepel/v1/admin_pb";
import { Button } from "../design/Button";
import { Empty, Table, Waiting } from "../design/parts";
import { moment } from "../i18n/format";
import { Cut } from "../product/Cut";
import { RefusalNote } from "../product/RefusalText";
import { InviteDialog } from "./InviteDialog";
import { ReasonDialog } from "../product/ReasonDialog";
import { useNameOf } from "./useNameOf";
import style from "./admin.module.css";

const A = AdminService.method;

type Open = { readonly what: "invite" } | { readonly what: "revoke"; readonly invitation: Invitation } | { readonly what: "unbind"; readonly identity: Identity };

export function InvitationsPart() {
  const { t } = useTranslation("admin");
  const nameOf = useNameOf();
  const invitations = useQuery(A.listInvitations, { pageSize: 1_000 });
  const identities = useQuery(A.listIdentities, { pageSize: 1_000 });
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const hidden = <span className="visually-hidden">{t("column.do")}</span>;
  return (
    <div className={style.part}>
      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("server.invitations")}</h2>
            <p>{t("invitations.text")}</p>
          </div>
          <div className={style.actions}>
            <Button icon="plus" weight="main" onClick={() => setOpen({ what: "invite" })}>
              {t("invitations.create")}
            </Button>
          </div>
        </div>
        {invitations.error && <RefusalNote thrown={invitations.error} />}
        {!invitations.data && !invitations.error && <Waiting />}
        {invitations.data?.invitations.length === 0 && <Empty title={t("invitations.none")}>{t("invitations.noneText")}</Empty>}
        {invitations.data && invitations.data.invitations.length > 0 && (
          <Table label={t("server.invitations")} head={[t("column.person"), t("share.until"), hidden]}>
            {invitations.data.invitations.map((invitation) => (
              <tr key={invitation.name}>
                <td className={style.strong}>{nameOf(invitation.person)}</td>
                <td>{moment(invitation.expireTime)}</td>
                <td className={style.end}>
                  <Button small weight="danger" onClick={() => setOpen({ what: "revoke", invitation })} aria-label={t("invitations.revokeOne", { name: nameOf(invitation.person) })}>
                    {t("share.revoke")}
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
        <Cut page={invitations.data} shown={invitations.data?.invitations.length ?? 0} />
      </section>
      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("identities.title")}</h2>
            <p>{t("identities.text")}</p>
          </div>
        </div>
        {identities.error && <RefusalNote thrown={identities.error} />}
        {identities.data?.identities.length === 0 && <Empty title={t("identities.none")}>{t("identities.noneText")}</Empty>}
        {identities.data && identities.data.identities.length > 0 && (
          <Table label={t("identities.title")} head={[t("column.person"), t("identities.since"), hidden]}>
            {identities.data.identities.map((identity) => (
              <tr key={identity.name}>
                <td className={style.strong}>{nameOf(identity.person)}</td>
                <td>{moment(identity.bindTime)}</td>
                <td className={style.end}>
                  <Button small weight="danger" onClick={() => setOpen({ what: "unbind", identity })} aria-label={t("identities.unbindOne", { name: nameOf(identity.person) })}>
                    {t("identities.unbind")}
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
        <Cut page={identities.data} shown={identities.data?.identities.length ?? 0} />
      </section>
      {open?.what === "invite" && <InviteDialog onClose={close} />}
      {open?.what === "revoke" && (
        <ReasonDialog
          title={t("invitations.revokeTitle", { name: nameOf(open.invitation.person) })}
          action={t("share.revoke")}
          method={A.revokeInvitation}
          request={(reason) => ({ name: open.invitation.name, reason })}
          stale={[A.listInvitations]}
          done={t("invitations.revoked")}
          onClose={close}
        >
          <p>{t("invitations.revokeText")}</p>
        </ReasonDialog>
      )}
      {open?.what === "unbind" && (
        <ReasonDialog
          title={t("identities.unbindTitle", { name: nameOf(open.identity.person) })}
          action={t("identities.unbind")}
          method={A.unbindIdentity}
          request={(reason) => ({ name: open.identity.name, reason })}
          stale={[A.listIdentities, A.listSessions]}
          done={t("identities.unbound")}
          onClose={close}
        >
          <p>{t("identities.unbindText")}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
