/** Links by which people without an account read. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Shared, type ShareLink, ShareService } from "../api/gen/koepel/v1/share_pb";
import { Button } from "../design/Button";
import { Empty, Table, Waiting } from "../design/parts";
import { moment } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { Cut } from "../product/Cut";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { DomainTag } from "../product/shown";
import { ReasonDialog } from "../product/ReasonDialog";
import { ShareDialog } from "./ShareDialog";
import style from "./admin.module.css";

const S = ShareService.method;

export function SharePart() {
  const { t } = useTranslation("admin");
  const here = useHere();
  const whoMay = useWhoMay();
  const may = here.mandate.may(Act.SHARE);
  const links = useQuery(S.listShareLinks, { parent: here.name, pageSize: 1_000 }, { enabled: may });
  const [open, setOpen] = useState<"create" | ShareLink>();
  const close = () => setOpen(undefined);
  return (
    <section className={`${style.part} ${style.section}`}>
      <div className={style.bar}>
        <div>
          <h2>{t("share.title")}</h2>
          <p>{t("share.text")}</p>
          {!may && <p>{whoMay(Act.SHARE)}</p>}
        </div>
        <div className={style.actions}>
          <Button icon="plus" weight="main" disabled={!may} onClick={() => setOpen("create")}>
            {t("share.create")}
          </Button>
        </div>
      </div>
      {links.error && <RefusalNote thrown={links.error} />}
      {may && !links.data && !links.error && <Waiting />}
      {links.data &&
        (links.data.shareLinks.length === 0 ? (
          <Empty title={t("share.none")}>{t("share.noneText")}</Empty>
        ) : (
          <Table label={t("share.title")} head={[t("share.purpose"), t("share.opens"), t("share.until"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
            {links.data.shareLinks.map((link) => (
              <tr key={link.name}>
                <td className={style.titled}>
                  {link.purpose || t("share.noPurpose")}
                  <small>{t("share.by", { name: here.nameOf(link.creator), time: moment(link.createTime) })}</small>
                </td>
                <td>{link.opens === Shared.DOMAIN ? <DomainTag name={link.domain} /> : t(`opens.${Shared[link.opens]}`)}</td>
                <td>{moment(link.expireTime)}</td>
                <td className={style.end}>
                  <Button small weight="danger" onClick={() => setOpen(link)} aria-label={t("share.revokeOne", { purpose: link.purpose || t("share.noPurpose") })}>
                    {t("share.revoke")}
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        ))}
      <Cut page={links.data} shown={links.data?.shareLinks.length ?? 0} />
      {open === "create" && <ShareDialog onClose={close} />}
      {open && open !== "create" && (
        <ReasonDialog
          title={t("share.revokeTitle", { purpose: open.purpose || t("share.noPurpose") })}
          action={t("share.revoke")}
          method={S.revokeShareLink}
          request={(reason) => ({ name: open.name, reason })}
          stale={[S.listShareLinks]}
          done={t("share.revoked")}
          onClose={close}
        >
          <p>{t("share.revokeText")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
