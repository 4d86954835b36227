/** Puts something on the roadmap. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Goal, Horizon, type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea, TextField } from "../design/Field";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { beginHere } from "./beginHere";
import { ItemPicker } from "./ItemPicker";
import { whenOf } from "./span";
import { plannedOfTyped, typedOf, WhenFields } from "./WhenFields";
import style from "./Forms.module.css";

interface Props {
  readonly goals: readonly Goal[];
  readonly releases: readonly string[];
  /** The domain that is looked at; empty for none in particular. */
  readonly domain: string;
  readonly onClose: () => void;
  readonly onDone: (entry: RoadmapEntry) => void;
}

export function NewEntryDialog({ goals, releases, domain: wanted, onClose, onDone }: Props) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const domains = here.mandate.domainsFor(Act.PLAN_ROADMAP, here.domains.map(({ name }) => name));
  const [title, setTitle] = useState("");
  const [aim, setAim] = useState("");
  const [domain, setDomain] = useState(domains.includes(wanted) ? wanted : (domains[0] ?? ""));
  const [typed, setTyped] = useState(() => typedOf({ kind: "horizon", horizon: Horizon.NEXT }));
  const [goal, setGoal] = useState("");
  const [release, setRelease] = useState("");
  const [items, setItems] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const { send, busy, refused } = useCommand(RoadmapService.method.createRoadmapEntry, { ownRefusal: true, stale: [RoadmapService.method.listRoadmapEntries] });
  const to = plannedOfTyped(typed);
  const fields = refused ? refusalOf(refused).fields : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!title.trim() || typeof to === "string") return;
    const answer = await send({
      parent: domain,
      entry: { title: title.trim(), aim: aim.trim(), goal, release: release.trim(), items: [...items], when: whenOf(to) },
      reason: reason.trim(),
    });
    if (answer?.entry) onDone(answer.entry);
  };

  return (
    <Dialog title={t("newEntry")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={t("title")}
          maxLength={200}
          required
          ref={beginHere}
          value={title}
          wrong={fields?.get("entry.title") ?? (asked && !title.trim() ? t("titleMissing") : undefined)}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField label={t("aim")} hint={t("aimHint")} maxLength={200} value={aim} onChange={(event) => setAim(event.target.value)} />
        <SelectField label={t("domain")} value={domain} onChange={(event) => setDomain(event.target.value)}>
          {domains.map((name) => (
            <option key={name} value={name}>
              {here.domain(name)?.displayName}
            </option>
          ))}
        </SelectField>
        <WhenFields typed={typed} onChange={setTyped} />
        {asked && to === "empty" && <p className={style.quiet}>{t("noDates")}</p>}
        <GoalField goals={goals} goal={goal} onChange={setGoal} />
        <ReleaseField releases={releases} release={release} onChange={setRelease} />
        <ItemPicker picked={items} onChange={setItems} />
        <TextArea label={t("whyNew")} hint={t("design:reasonHint")} value={reason} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={busy}>
            {t("putOn")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** A goal to choose; those that are closed only if it is that one already. */
export function GoalField({ goals, goal, onChange }: { goals: readonly Goal[]; goal: string; onChange: (goal: string) => void }) {
  const { t } = useTranslation("roadmap");
  return (
    <SelectField label={t("goal")} value={goal} onChange={(event) => onChange(event.target.value)}>
      <option value="">{t("noGoal")}</option>
      {goals
        .filter((one) => !one.closed || one.name === goal)
        .map((one) => (
          <option key={one.name} value={one.name}>
            {one.displayName}
          </option>
        ))}
    </SelectField>
  );
}

/** A release: one that there is, or another. */
export function ReleaseField({ releases, release, onChange }: { releases: readonly string[]; release: string; onChange: (release: string) => void }) {
  const { t } = useTranslation("roadmap");
  return (
    <>
      <TextField label={t("release")} hint={t("releaseHint")} maxLength={64} list="roadmap-releases" value={release} onChange={(event) => onChange(event.target.value)} />
      <datalist id="roadmap-releases">
        {releases.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
    </>
  );
}
