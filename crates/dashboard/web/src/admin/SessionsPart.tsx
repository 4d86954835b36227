/** Browsers that are signed in: everybody's for an administrator, else one's own. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService, type Session } from "../api/gen/koepel/v1/admin_pb";
import { Button } from "../design/Button";
import { Empty, Table, Tag, Waiting } from "../design/parts";
import { moment } from "../i18n/format";
import { useMe } from "../me/Me";
import { Cut } from "../product/Cut";
import { RefusalNote } from "../product/RefusalText";
import { ReasonDialog } from "../product/ReasonDialog";
import { useNameOf } from "./useNameOf";
import style from "./admin.module.css";

const A = AdminService.method;

export function SessionsPart() {
  const { t } = useTranslation("admin");
  const me = useMe();
  const nameOf = useNameOf();
  const who = useQuery(A.whoAmI, {});
  const sessions = useQuery(A.listSessions, { pageSize: 1_000 });
  const [open, setOpen] = useState<Session>();
  const own = who.data?.session?.name;
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("server.sessions")}</h2>
          <p>{me?.administrator ? t("sessions.all") : t("sessions.own")}</p>
        </div>
      </div>
      {sessions.error && <RefusalNote thrown={sessions.error} />}
      {!sessions.data && !sessions.error && <Waiting />}
      {sessions.data?.sessions.length === 0 && <Empty title={t("sessions.none")}>{t("sessions.noneText")}</Empty>}
      {sessions.data && sessions.data.sessions.length > 0 && (
        <Table label={t("server.sessions")} head={[t("column.person"), t("identities.since"), t("sessions.idle"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
          {sessions.data.sessions.map((session) => (
            <tr key={session.name}>
              <td className={style.strong}>
                {nameOf(session.person)} {session.name === own && <Tag tone="accent">{t("sessions.this")}</Tag>}
              </td>
              <td>{moment(session.createTime)}</td>
              <td>{moment(session.idleTime)}</td>
              <td className={style.end}>
                <Button small weight="danger" onClick={() => setOpen(session)} aria-label={t("sessions.endOne", { name: nameOf(session.person), time: moment(session.createTime) })}>
                  {t("sessions.end")}
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Cut page={sessions.data} shown={sessions.data?.sessions.length ?? 0} />
      {open && (
        <ReasonDialog
          title={t("sessions.endTitle", { name: nameOf(open.person) })}
          action={t("sessions.end")}
          method={A.endSession}
          request={(reason) => ({ name: open.name, reason })}
          stale={[A.listSessions, A.whoAmI]}
          done={t("sessions.ended")}
          onClose={() => setOpen(undefined)}
        >
          <p>{open.name === own ? t("sessions.endOwn") : t("sessions.endText")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
