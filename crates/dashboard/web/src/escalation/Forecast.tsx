/** Who will decide what is being raised, and by when: a forecast. Silent where it cannot be told. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import type { Topic } from "../api/gen/koepel/v1/common_pb";
import { EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { Icon } from "../design/Icon";
import { list, shortMoment } from "../i18n/format";
import { useHere, useMe } from "../me/Me";
import { firstOf, routeOf } from "./route";
import style from "./RaiseForm.module.css";

const P = EscalationPointService.method;

export function Forecast({ topic, domains }: { topic: Topic; domains: readonly string[] }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const me = useMe();
  const table = useQuery(P.getEscalationPoints, { product: here.name }, { retry: false });
  const route = table.data ? routeOf(table.data.points, table.data.defaultLine, topic, domains) : undefined;
  const first = route ? firstOf(route, here, domains, me?.name ?? "") : undefined;
  const answerTime = first?.step.answerTime;
  const due = useQuery(
    P.computeDeadline,
    answerTime ? { calendar: route?.calendar || `${here.name}/calendars/-`, answerTime } : {},
    { enabled: answerTime !== undefined, retry: false },
  );
  if (!first) {
    return (
      <p className={style.forecast} role="status">
        {table.data ? t("raise.forecastNobody") : ""}
      </p>
    );
  }
  const who = list(first.people.map(here.nameOf), "disjunction");
  const deadline = due.data?.deadline;
  return (
    <p className={style.forecast} role="status">
      <Icon name="clock" />
      <span>{deadline ? t("raise.forecast", { who, time: shortMoment(deadline) }) : t("raise.forecastNoTime", { who })}</span>
    </p>
  );
}
