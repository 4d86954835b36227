/** The vision and the goals for reading alone. */

import { Code } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { refusalOf } from "../api/refusal";
import { Empty, Tag, Waiting } from "../design/parts";
import { Prose } from "../item/Prose";
import { Cut } from "../product/Cut";
import { PlainRefusal } from "../product/RefusalText";
import { AGAIN_MS } from "./useAskAgain";
import style from "./share.module.css";

const R = RoadmapService.method;

export function SharedPurpose({ product }: { product: string }) {
  const { t } = useTranslation("share");
  const vision = useQuery(R.getVision, { name: `${product}/vision` }, { refetchInterval: AGAIN_MS });
  const goals = useQuery(R.listGoals, { parent: product, pageSize: 1_000 }, { refetchInterval: AGAIN_MS });
  const none = vision.error !== null && refusalOf(vision.error).code === Code.NotFound;
  return (
    <div className={style.parts}>
      <section className={style.section}>
        <h2>{t("vision")}</h2>
        {vision.data?.vision ? <Prose text={vision.data.vision.text} /> : none ? <p className={style.soft}>{t("noVision")}</p> : vision.error ? <PlainRefusal thrown={vision.error} /> : <Waiting />}
      </section>
      <section className={style.section}>
        <h2>{t("goals")}</h2>
        {goals.error && <PlainRefusal thrown={goals.error} />}
        {!goals.data && !goals.error && <Waiting />}
        {goals.data?.goals.length === 0 && <Empty title={t("noGoals")} />}
        <ul className={style.rows}>
          {goals.data?.goals.map((goal) => (
            <li key={goal.name} className={style.entry}>
              <h3>
                {goal.displayName} {goal.closed && <Tag>{t("goalClosed")}</Tag>}
              </h3>
              <p className={style.soft}>{goal.summary}</p>
            </li>
          ))}
        </ul>
        <Cut page={goals.data} shown={goals.data?.goals.length ?? 0} />
      </section>
    </div>
  );
}
