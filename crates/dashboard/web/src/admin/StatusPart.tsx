/** How the server is: its version, whether it takes commands, its room, and how many commands shared a write. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { AdminService, type GroupSize } from "../api/gen/koepel/v1/admin_pb";
import { Button } from "../design/Button";
import { Note, Tag, Waiting } from "../design/parts";
import { moment, number, size } from "../i18n/format";
import { RefusalNote } from "../product/RefusalText";
import style from "./admin.module.css";

export function StatusPart() {
  const { t } = useTranslation("admin");
  const status = useQuery(AdminService.method.getServerStatus, {}, { staleTime: 0 });
  const shown = status.data;
  return (
    <div className={style.part}>
      <section className={style.section}>
        <div className={style.bar}>
          <h2>{t("server.status")}</h2>
          <Button icon="changes" busy={status.isFetching} onClick={() => void status.refetch()}>
            {t("status.refresh")}
          </Button>
        </div>
        {status.error && <RefusalNote thrown={status.error} />}
        {!shown && !status.error && <Waiting lines={5} />}
        {shown && !shown.ready && (
          <Note tone="urgent">
            <p>{t("status.notReadyText")}</p>
            <p lang="en">{shown.notReadyReason}</p>
          </Note>
        )}
        {shown && (
          <dl className={style.facts}>
            <dt>{t("status.ready")}</dt>
            <dd>
              <Tag tone={shown.ready ? "good" : "urgent"}>{shown.ready ? t("status.takes") : t("status.takesNone")}</Tag>
            </dd>
            <dt>{t("status.version")}</dt>
            <dd>{shown.version}</dd>
            <dt>{t("status.start")}</dt>
            <dd>{moment(shown.startTime)}</dd>
            <dt>{t("server.products")}</dt>
            <dd>{number(shown.products)}</dd>
            <dt>{t("status.log")}</dt>
            <dd>{size(shown.logSizeBytes)}</dd>
            <dt>{t("status.free")}</dt>
            <dd>{size(shown.freeBytes)}</dd>
            <dt>{t("status.commits")}</dt>
            <dd>{number(shown.commits)}</dd>
            <dt>{t("status.flushes")}</dt>
            <dd>{number(shown.flushes)}</dd>
          </dl>
        )}
      </section>
      {shown && shown.groupSizes.length > 0 && (
        <section className={style.section}>
          <div className={style.bar}>
            <div>
              <h2>{t("status.groups")}</h2>
              <p>{t("status.groupsText")}</p>
            </div>
          </div>
          <Groups groups={shown.groupSizes} />
        </section>
      )}
    </div>
  );
}

function Groups({ groups }: { groups: readonly GroupSize[] }) {
  const { t } = useTranslation("admin");
  const most = groups.reduce((most, { groups }) => (groups > most ? groups : most), 1n);
  return (
    <ul className={style.bars}>
      {groups.map((group) => (
        <li key={group.from} className={style.barRow}>
          <span>{group.from === group.to ? t("status.commitsExactly", { count: group.from }) : t("status.commitsRange", { from: number(group.from), to: number(group.to) })}</span>
          <span className={style.track}>
            {group.groups > 0n && <span className={style.fill} style={{ "--part": Number(group.groups) / Number(most) } as React.CSSProperties} />}
          </span>
          <span>{number(group.groups)}</span>
        </li>
      ))}
    </ul>
  );
}
