/** Whether a decision still holds. */

import { useTranslation } from "react-i18next";
import type { Decision } from "../api/gen/koepel/v1/governance_pb";
import { idOf } from "../api/names";
import { Tag } from "../design/parts";
import style from "./DecisionsPage.module.css";

export function Standing({ decision }: { decision: Decision }) {
  const { t } = useTranslation("governance");
  return (
    <span className={style.standing}>
      {decision.replacedBy ? <Tag>{t("standing.replaced", { number: idOf(decision.replacedBy) })}</Tag> : <Tag tone="good">{t("standing.inForce")}</Tag>}
      {decision.notFollowedVersion > 0n && <Tag tone="warn">{t("standing.notFollowed", { version: Number(decision.notFollowedVersion) })}</Tag>}
    </span>
  );
}
