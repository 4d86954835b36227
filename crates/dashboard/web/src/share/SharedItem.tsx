/** One item for reading alone. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { Moscow } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { Dialog } from "../design/Dialog";
import { Tag, Waiting } from "../design/parts";
import { number } from "../i18n/format";
import { Prose } from "../item/Prose";
import { PlainRefusal } from "../product/RefusalText";
import { KindSign, StatusSign, useWords } from "../product/shown";
import { DomainName } from "./DomainName";
import style from "./share.module.css";

export function SharedItem({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation("share");
  const words = useWords();
  const found = useQuery(BacklogService.method.getItem, { name });
  const item = found.data?.item;
  return (
    <Dialog wide title={item?.title ?? idOf(name)} onClose={onClose}>
      {found.error && <PlainRefusal thrown={found.error} />}
      {!item && !found.error && <Waiting />}
      {item && (
        <>
          <p className={style.under}>
            <span className={style.key}>{item.key}</span>
            <KindSign kind={item.kind} />
            <DomainName name={item.domain} />
            <StatusSign status={item.status} />
            {item.pinned && <Tag tone="accent">{t("pinned")}</Tag>}
          </p>
          <dl className={style.facts}>
            {item.place > 0 && (
              <>
                <dt>{t("place")}</dt>
                <dd>{number(item.place)}</dd>
              </>
            )}
            {item.moscow !== Moscow.UNSPECIFIED && (
              <>
                <dt>MoSCoW</dt>
                <dd>{words.moscow(item.moscow)}</dd>
              </>
            )}
            {item.estimate !== undefined && (
              <>
                <dt>{t("estimate")}</dt>
                <dd>{number(item.estimate)}</dd>
              </>
            )}
          </dl>
          {item.text ? <Prose text={item.text} /> : <p className={style.soft}>{t("noText")}</p>}
        </>
      )}
    </Dialog>
  );
}
