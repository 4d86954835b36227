/** Edits the table of escalation points as a whole: it is saved, or refused, as one. */

import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Calendar, EscalationPointService, type GetEscalationPointsResponse } from "../api/gen/koepel/v1/escalation_point_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { list, number } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { labelOf, personOf } from "./people";
import { PointFields } from "./PointFields";
import { type Cell, draftsOf, faultsOf, newPoint, pointsOf, scopeOf, TOPICS } from "./points";
import { useKnownPeople } from "./useKnownPeople";
import { isStale } from "./wrong";
import style from "./admin.module.css";

const E = EscalationPointService.method;

interface Props {
  table: GetEscalationPointsResponse;
  calendars: readonly Calendar[];
  onClose: () => void;
}

export function PointsEditor({ table, calendars, onClose }: Props) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const people = useKnownPeople();
  const add = useRef<HTMLButtonElement>(null);
  const [seen, setSeen] = useState(table.changedAtVersion);
  const [drafts, setDrafts] = useState(() => {
    const label = (person: string) => labelOf(people.find((one) => one.name === person) ?? { name: person, displayName: "" });
    return table.points.length > 0 ? draftsOf(table.points, label) : [newPoint([...TOPICS])];
  });
  const [reason, setReason] = useState("");
  const { send, busy, refused } = useCommand(E.saveEscalationPoints, { stale: [E.getEscalationPoints], ownRefusal: true });
  const domains = here.domains.map((one) => one.name);
  const faults = faultsOf(drafts.map(scopeOf), domains);
  const overtaken = isStale(refused);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const expectedVersion = overtaken ? table.changedAtVersion : seen;
    setSeen(expectedVersion);
    const points = pointsOf(here.name, drafts, (typed) => personOf(typed, people));
    if (!(await send({ product: here.name, points, reason: reason.trim(), expectedVersion }))) return;
    toast("good", t("points.saved"));
    onClose();
  };

  return (
    <form className={style.form} onSubmit={(event) => void submit(event)}>
      <p className={style.soft}>{t("points.rule")}</p>
      <ol className={style.rows}>
        {drafts.map((draft, index) => (
          <PointFields
            key={draft.key}
            draft={draft}
            index={index}
            calendars={calendars}
            people={people}
            refused={refused}
            onChange={(next) => setDrafts(drafts.map((one) => (one.key === draft.key ? next : one)))}
            onRemove={() => {
              setDrafts(drafts.filter((one) => one.key !== draft.key));
              add.current?.focus();
            }}
          />
        ))}
      </ol>
      <div>
        <Button ref={add} icon="plus" onClick={() => setDrafts([...drafts, newPoint(missing(faults))])}>
          {t("points.add")}
        </Button>
      </div>
      <div role="status">
        {drafts.length === 0 && (
          <Note>
            <p>{t("points.empty")}</p>
          </Note>
        )}
        <Faults faults={faults} />
      </div>
      <div className={style.narrow}>
        <TextField label={t("design:reason")} hint={t("design:reasonHint")} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </div>
      {refused && <RefusalNote thrown={refused} />}
      {overtaken && (
        <Note icon="changes">
          <p>{t("points.overtaken", { count: table.points.length, names: list(table.points.map((point) => idOf(point.name))) })}</p>
        </Note>
      )}
      <Buttons>
        <Button type="submit" weight="main" busy={busy} disabled={faults.length > 0}>
          {overtaken ? t("facts.overwrite") : t("points.save")}
        </Button>
        <Button weight="quiet" onClick={onClose}>
          {t("design:cancel")}
        </Button>
      </Buttons>
    </form>
  );
}

/** The topics that somebody still has to decide. */
function missing(faults: readonly Cell[]) {
  return TOPICS.filter((topic) => faults.some((cell) => cell.topic === topic && cell.points.length === 0));
}

function Faults({ faults }: { faults: readonly Cell[] }) {
  const { t } = useTranslation("admin");
  const { domain } = useHere();
  const words = useWords();
  if (faults.length === 0) return null;
  return (
    <Note tone="warn">
      <p className={style.strong}>{t("points.faults", { count: faults.length })}</p>
      <ul>
        {faults.map((cell) => {
          const named = { topic: words.topic(cell.topic), domain: cell.domain ? (domain(cell.domain)?.displayName ?? idOf(cell.domain)) : t("points.across"), points: list(cell.points.map((index) => number(index + 1))) };
          return <li key={`${cell.topic} ${cell.domain}`}>{cell.points.length === 0 ? t("points.faultGap", named) : t("points.faultOverlap", named)}</li>;
        })}
      </ul>
    </Note>
  );
}
