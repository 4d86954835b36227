/** The table of escalation points as people read it: each topic in each domain, who decides it, within which time, who is next. */

import { useTranslation } from "react-i18next";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import type { Calendar, EscalationGap, EscalationPoint } from "../api/gen/koepel/v1/escalation_point_pb";
import { Table, Tag } from "../design/parts";
import { useHere } from "../me/Me";
import { DomainTag, useWords } from "../product/shown";
import { cellsOf } from "./points";
import { useDeciderWords, useTimeWords } from "./StepWords";
import style from "./admin.module.css";

interface Props {
  points: readonly EscalationPoint[];
  gaps: readonly Pick<EscalationGap, "topic" | "domain">[];
  calendars: readonly Calendar[];
}

export function PointsTable({ points, gaps, calendars }: Props) {
  const { t } = useTranslation("admin");
  const { domains } = useHere();
  const words = useWords();
  const names = domains.map((domain) => domain.name);
  const isGap = (topic: Topic, domain: string) => gaps.some((gap) => gap.topic === topic && gap.domain === domain);
  return (
    <Table stacks={false} label={t("points.title")} head={[t("points.topic"), t("points.across"), ...names.map((name) => <DomainTag key={name} name={name} />)]}>
      {cellsOf(points, names).map((row) => (
        <tr key={row[0]?.topic}>
          <th scope="row" className={style.rowHead}>{words.topic(row[0]?.topic ?? Topic.UNSPECIFIED)}</th>
          {row.map((cell) => {
            const point = points[cell.points[0] ?? -1];
            return (
              <td key={cell.domain}>
                {isGap(cell.topic, cell.domain) || !point ? (
                  <Tag tone="warn">{t("points.gap")}</Tag>
                ) : (
                  <PointCell point={point} calendar={calendars.find((one) => one.name === point.calendar)?.displayName} />
                )}
              </td>
            );
          })}
        </tr>
      ))}
    </Table>
  );
}

function PointCell({ point, calendar }: { point: EscalationPoint; calendar: string | undefined }) {
  const { t } = useTranslation("admin");
  const decider = useDeciderWords();
  const time = useTimeWords();
  return (
    <ol className={style.cell}>
      {point.line.map((step, index) => (
        // The steps of a line have no ids, and this list is read only.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={index === 0 ? undefined : style.small}>
          {index === 0 ? decider(step) : t("points.next", { who: decider(step) })} <span className={style.small}>{time(step.answerTime)}</span>
        </li>
      ))}
      {calendar && <li className={style.small}>{calendar}</li>}
    </ol>
  );
}
