/** Who decides what, and in whose working time answers are counted. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { Button } from "../design/Button";
import { Note, Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { Calendars } from "./Calendars";
import { Deadline } from "./Deadline";
import { PointsEditor } from "./PointsEditor";
import { PointsTable } from "./PointsTable";
import { useLineWords } from "./StepWords";
import style from "./admin.module.css";

const E = EscalationPointService.method;

export function PointsPart() {
  const { t } = useTranslation("admin");
  const here = useHere();
  const whoMay = useWhoMay();
  const table = useQuery(E.getEscalationPoints, { product: here.name });
  const calendars = useQuery(E.listCalendars, { parent: here.name });
  const line = useLineWords();
  const [editing, setEditing] = useState(false);
  const may = here.mandate.may(Act.SET_ESCALATION_POINTS);
  const shown = calendars.data?.calendars ?? [];

  return (
    <div className={style.part}>
      <section className={style.section}>
        <div className={style.bar}>
          <div>
            <h2>{t("points.title")}</h2>
            <p>{t("points.text")}</p>
            {!may && <p className={style.small}>{whoMay(Act.SET_ESCALATION_POINTS)}</p>}
          </div>
          {!editing && (
            <div className={style.actions}>
              <Button icon="edit" weight="main" disabled={!may || !table.data || !calendars.data} onClick={() => setEditing(true)}>
                {t("points.edit")}
              </Button>
            </div>
          )}
        </div>
        {table.error && <RefusalNote thrown={table.error} />}
        {!table.data && !table.error && <Waiting lines={5} />}
        {table.data && editing && <PointsEditor table={table.data} calendars={shown} onClose={() => setEditing(false)} />}
        {table.data && !editing && (
          <>
            {table.data.points.length === 0 ? (
              <Note icon="escalation">
                <p className={style.strong}>{t("points.none")}</p>
                <p>{t("points.noneText", { line: line(table.data.defaultLine) })}</p>
              </Note>
            ) : (
              <>
                {table.data.gaps.length > 0 && (
                  <Note tone="warn">
                    <p className={style.strong}>{t("points.gaps", { count: table.data.gaps.length })}</p>
                    <p>{t("points.gapsText", { line: line(table.data.defaultLine) })}</p>
                  </Note>
                )}
                <PointsTable points={table.data.points} gaps={table.data.gaps} calendars={shown} />
              </>
            )}
          </>
        )}
      </section>
      {calendars.error && <RefusalNote thrown={calendars.error} />}
      {calendars.data && (
        <>
          <Calendars calendars={shown} />
          <Deadline calendars={shown} />
        </>
      )}
    </div>
  );
}
