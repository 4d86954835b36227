/** Forms about a goal: add, change, close. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Goal, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { beginHere } from "./beginHere";
import { goalIdOf } from "./plan";

const R = RoadmapService.method;

/** A new goal, or a change to one. */
export function GoalDialog({ goal, goals, onClose }: { goal?: Goal; goals: readonly Goal[]; onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const [base, setBase] = useState(goal);
  const [name, setName] = useState(goal?.displayName ?? "");
  const [summary, setSummary] = useState(goal?.summary ?? "");
  const [asked, setAsked] = useState(false);
  const add = useCommand(R.createGoal, { ownRefusal: true, stale: [R.listGoals] });
  const change = useCommand(R.updateGoal, { ownRefusal: true, stale: [R.listGoals] });
  const refused = add.refused ?? change.refused;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!name.trim()) return;
    const fields = { displayName: name.trim(), summary: summary.trim() };
    const answer = base
      ? await change.send({ goal: { name: base.name, ...fields }, updateMask: { paths: ["display_name", "summary"] }, expectedVersion: base.changedAtVersion })
      : await add.send({ parent: here.name, goalId: goalIdOf(name, goals), ...fields });
    if (answer) onClose();
  };

  return (
    <Dialog title={base ? t("changeGoal") : t("newGoal")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {goal?.changedAtVersion !== base?.changedAtVersion && (
          <Note tone="warn">
            <p>{t("goalMeanwhile", { name: goal?.displayName })}</p>
            <div>
              <Button small onClick={() => {
                setBase(goal);
                change.forgive();
              }}>
                {t("goOnWithMine")}
              </Button>
            </div>
          </Note>
        )}
        <TextField ref={beginHere} label={t("goalName")} maxLength={120} required value={name} wrong={asked && !name.trim() ? t("nameMissing") : undefined} onChange={(event) => setName(event.target.value)} />
        <TextArea label={t("goalSummary")} hint={t("goalSummaryHint")} maxLength={2_000} value={summary} onChange={(event) => setSummary(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={add.busy || change.busy}>
            {base ? t("design:save") : t("newGoal")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

export function CloseGoalDialog({ goal, entries, onClose }: { goal: Goal; entries: number; onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const { send, busy, refused } = useCommand(R.closeGoal, { ownRefusal: true, stale: [R.listGoals] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!reason.trim()) return;
    if (await send({ name: goal.name, reason: reason.trim(), expectedVersion: goal.changedAtVersion })) onClose();
  };
  return (
    <Dialog title={t("closeGoalTitle", { goal: goal.displayName })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{t("closeGoalText", { count: entries })}</p>
        <TextArea
          label={t("whyClose")}
          hint={t("design:reasonHint")}
          required
          ref={beginHere}
          value={reason}
          wrong={asked && !reason.trim() ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={busy}>
            {t("closeGoal")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
