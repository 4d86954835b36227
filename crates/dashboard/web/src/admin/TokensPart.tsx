/** Keys to the API that are in force: never their secrets. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService, type Token } from "../api/gen/koepel/v1/admin_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Empty, Table, Waiting } from "../design/parts";
import { moment } from "../i18n/format";
import { Cut } from "../product/Cut";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { ReasonDialog } from "../product/ReasonDialog";
import { TokenDialog } from "./TokenDialog";
import { useNameOf } from "./useNameOf";
import style from "./admin.module.css";

const A = AdminService.method;

export function TokensPart() {
  const { t } = useTranslation("admin");
  const words = useWords();
  const nameOf = useNameOf();
  const tokens = useQuery(A.listTokens, { pageSize: 1_000 });
  const [open, setOpen] = useState<"create" | Token>();
  const close = () => setOpen(undefined);
  const scope = ({ product, role }: Token) => [product ? idOf(product) : t("tokens.allProducts"), role === Role.UNSPECIFIED ? "" : words.role(role)].filter(Boolean).join(" · ");
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("server.tokens")}</h2>
          <p>{t("tokens.text")}</p>
        </div>
        <div className={style.actions}>
          <Button icon="plus" weight="main" onClick={() => setOpen("create")}>
            {t("tokens.create")}
          </Button>
        </div>
      </div>
      {tokens.error && <RefusalNote thrown={tokens.error} />}
      {!tokens.data && !tokens.error && <Waiting lines={5} />}
      {tokens.data?.tokens.length === 0 && <Empty title={t("tokens.none")}>{t("tokens.noneText")}</Empty>}
      {tokens.data && tokens.data.tokens.length > 0 && (
        <Table label={t("server.tokens")} head={[t("column.person"), t("tokens.scope"), t("share.until"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
          {tokens.data.tokens.map((token) => (
            <tr key={token.name}>
              <td className={style.titled}>
                {nameOf(token.person)}
                <small>{token.purpose || t("share.noPurpose")}</small>
              </td>
              <td>{scope(token)}</td>
              <td>{token.expireTime ? moment(token.expireTime) : t("expiry.never")}</td>
              <td className={style.end}>
                <Button small weight="danger" onClick={() => setOpen(token)} aria-label={t("tokens.revokeOne", { name: nameOf(token.person), purpose: token.purpose || idOf(token.name) })}>
                  {t("share.revoke")}
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Cut page={tokens.data} shown={tokens.data?.tokens.length ?? 0} />
      {open === "create" && <TokenDialog onClose={close} />}
      {open && open !== "create" && (
        <ReasonDialog
          title={t("tokens.revokeTitle", { name: nameOf(open.person) })}
          action={t("share.revoke")}
          method={A.revokeToken}
          request={(reason) => ({ name: open.name, reason })}
          stale={[A.listTokens]}
          done={t("tokens.revoked")}
          onClose={close}
        >
          <p>{t("tokens.revokeText")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
