/** Deciding: one of the ways out, or another one; why; what it takes the place of; and what will be done at once. */

import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Escalation, EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { idOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { CheckField, TextArea, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import type { Lost } from "./acts";
import { ChangeFields } from "./ChangeFields";
import { Changes } from "./Changes";
import { isWhole, itemsOfChanges, missingOfOption, newOption, wireOfOption } from "./change";
import style from "./DecideForm.module.css";

/** `0` is another way out. */
type Choice = number | undefined;

/** `lost`: why it cannot be sent any more, since others were quicker. */
export function DecideForm({ escalation, lost, onDone }: { escalation: Escalation; lost: Lost | undefined; onDone: () => void }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const heading = useRef<HTMLHeadingElement>(null);
  const { options } = escalation;
  const [choice, setChoice] = useState<Choice>(options.length === 0 ? 0 : undefined);
  const [other, setOther] = useState(() => newOption());
  const [reason, setReason] = useState("");
  const [replaces, setReplaces] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  // What the reader decides about is what they saw when they began.
  const [seen, setSeen] = useState(escalation.changedAtVersion);
  const { send, busy, refused, forgive } = useCommand(EscalationService.method.decideEscalation, { ownRefusal: true });

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
  }, []);

  const suggested = [...new Set([...escalation.items, ...options.flatMap(({ changes }) => itemsOfChanges(changes))])];
  const changes = choice === undefined ? undefined : choice === 0 ? wireOfOption(other).changes : (options[choice - 1]?.changes ?? []);
  const title = choice === undefined ? "" : choice === 0 ? other.title.trim() : (options[choice - 1]?.title ?? "");
  const otherMissing = choice === 0 ? (other.title.trim() === "" ? "title" : missingOfOption(other)) : undefined;
  const stale = refused !== null && refusalOf(refused).reason === "STALE";
  const changed = escalation.changedAtVersion !== seen;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (lost) return;
    setTried(true);
    const form = event.currentTarget;
    if (choice === undefined || otherMissing || reason.trim() === "") {
      requestAnimationFrame(() => form.querySelector<HTMLElement>("input[type=radio]:invalid, [aria-invalid=true], [data-wrong] input, [data-wrong] button")?.focus());
      return;
    }
    const answer = await send({
      name: escalation.name,
      outcome: choice === 0 ? { case: "other", value: wireOfOption(other) } : { case: "option", value: choice },
      replaces: [...replaces],
      reason: reason.trim(),
      expectedVersion: seen,
    });
    if (!answer) return;
    toast("good", t("decide.done", { number: idOf(answer.decision) }));
    onDone();
  };

  return (
    <section className={style.decide} aria-labelledby="decide">
      <h2 id="decide" ref={heading} tabIndex={-1}>
        {t("decide.title")}
      </h2>
      <form className={style.form} noValidate onSubmit={(event) => void submit(event)}>
        <fieldset className={style.choices}>
          <legend>{t("decide.choose")}</legend>
          {options.map((option, index) => (
            <label key={`${option.title}-${index + 1}`} className={style.choice} data-chosen={choice === index + 1 ? "" : undefined}>
              <input type="radio" name="choice" required checked={choice === index + 1} onChange={() => setChoice(index + 1)} />
              <span>
                {option.title}
                <span className={style.summary}>{option.summary || t("changes.none")}</span>
              </span>
            </label>
          ))}
          <label className={style.choice} data-chosen={choice === 0 ? "" : undefined}>
            <input type="radio" name="choice" required checked={choice === 0} onChange={() => setChoice(0)} />
            <span>{options.length > 0 ? t("decide.other") : t("decide.own")}</span>
          </label>
          {tried && choice === undefined && <p className={style.wrong}>{t("decide.chooseOne")}</p>}
        </fieldset>
        {choice === 0 && (
          <div className={style.other}>
            <TextField
              label={t("decide.outcome")}
              maxLength={200}
              value={other.title}
              wrong={tried && otherMissing === "title" ? t("missing.title") : undefined}
              onChange={(event) => setOther({ ...other, title: event.target.value })}
            />
            <ChangeFields changes={other.changes} suggested={suggested} tried={tried} onChange={(next) => setOther({ ...other, changes: next })} />
          </div>
        )}
        <TextArea
          label={t("decide.reason")}
          required
          value={reason}
          hint={t("decide.reasonHint")}
          wrong={tried && reason.trim() === "" ? t("decide.reasonMissing") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        <Replaced product={here.name} chosen={replaces} onChange={setReplaces} />
        {changes && (
          <div className={style.effect} role="status">
            <h3>{title ? t("decide.effect", { title }) : t("decide.effectUntitled")}</h3>
            <Changes changes={changes} effect />
            {choice === 0 && other.changes.some((change) => !isWhole(change)) && <p className={style.summary}>{t("decide.unfinished")}</p>}
          </div>
        )}
        {lost && !busy && (
          <Note tone="warn" alert>
            <p>{t(`lost.${lost}`)}</p>
          </Note>
        )}
        {changed && !lost && !busy && (
          <Note tone="warn" alert>
            <p>{t("decide.changed")}</p>
            <div>
              <Button
                small
                onClick={() => {
                  setSeen(escalation.changedAtVersion);
                  forgive();
                }}
              >
                {t("decide.goOn")}
              </Button>
            </div>
          </Note>
        )}
        {refused && !lost && !(stale && changed) && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy} disabled={lost !== undefined && !busy}>
            {t("decide.send")}
          </Button>
          <Button weight="quiet" onClick={onDone}>
            {lost ? t("design:close") : t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </section>
  );
}

/** Decisions in force that this one may take the place of. */
function Replaced({ product, chosen, onChange }: { product: string; chosen: readonly string[]; onChange: (chosen: readonly string[]) => void }) {
  const { t } = useTranslation("escalation");
  const query = useQuery(GovernanceService.method.listDecisions, { parent: product, inForce: true, pageSize: 100 });
  const decisions = query.data?.decisions ?? [];
  if (decisions.length === 0) return null;
  return (
    <details className={style.replaces}>
      <summary>{chosen.length > 0 ? t("decide.replacesSome", { count: chosen.length }) : t("decide.replaces")}</summary>
      <p className={style.summary}>{t("decide.replacesHint")}</p>
      {decisions.map(({ name, outcome, summary }) => (
        <CheckField
          key={name}
          label={t("decide.decision", { number: idOf(name), outcome })}
          hint={summary}
          checked={chosen.includes(name)}
          onChange={(event) => onChange(event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))}
        />
      ))}
    </details>
  );
}
