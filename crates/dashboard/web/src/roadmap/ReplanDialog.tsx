/**
 * Asks about a move before it is made: from when to when, in which domain, who else is concerned, and why. What was typed
 * stays when somebody else changed the entry meanwhile; the form says so and goes on only when it is told to.
 */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea } from "../design/Field";
import { Note } from "../design/parts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { beginHere } from "./beginHere";
import { concerned } from "./plan";
import { plannedOf, samePlanned, wayOf, whenOf } from "./span";
import type { Moved } from "./RoadmapTimeline";
import { usePlanWords } from "./usePlanWords";
import { plannedOfTyped, typedOf, WhenFields } from "./WhenFields";
import style from "./Forms.module.css";

const SHOWN = 5;

interface Props {
  readonly entry: RoadmapEntry;
  /** Why it cannot be sent any more, since others were quicker. */
  readonly lost: "removed" | "mandate" | undefined;
  readonly entries: readonly RoadmapEntry[];
  readonly moved: Moved;
  /** What is to be shown where it would be, as the form has it. */
  readonly onTry: (moved: Moved) => void;
  readonly onClose: () => void;
  readonly onDone: (entry: RoadmapEntry) => void;
}

export function ReplanDialog({ entry, lost, entries, moved, onTry, onClose, onDone }: Props) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const words = usePlanWords();
  const [base, setBase] = useState(entry);
  const [typed, setTyped] = useState(() => typedOf(moved.planned));
  const [domain, setDomain] = useState(moved.domain);
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  // Who has moved it already has the reason to give; who has not, the dates.
  const [isMoved] = useState(() => moved.domain !== entry.domain || !samePlanned(moved.planned, plannedOf(entry.when)));
  const { send, busy, refused, forgive } = useCommand(RoadmapService.method.updateRoadmapEntry, { ownRefusal: true, stale: [RoadmapService.method.listRoadmapEntries] });

  const was = plannedOf(base.when);
  const to = plannedOfTyped(typed);
  const meanwhile = entry.changedAtVersion !== base.changedAtVersion;
  const way = typeof to === "string" ? undefined : wayOf(was, to);
  const nothing = typeof to !== "string" && samePlanned(was, to) && domain === base.domain;
  const domains = here.mandate.domainsFor(Act.PLAN_ROADMAP, here.domains.map(({ name }) => name));
  const others = concerned(base, entries);
  const name = (domain: string) => here.domain(domain)?.displayName ?? domain;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (lost) return;
    if (typeof to === "string" || !reason.trim() || nothing) return;
    const paths = [...(samePlanned(was, to) ? [] : ["when"]), ...(domain === base.domain ? [] : ["domain"])];
    const answer = await send({
      entry: { name: base.name, when: whenOf(to), domain },
      updateMask: { paths },
      expectedVersion: base.changedAtVersion,
      reason: reason.trim(),
    });
    if (answer?.entry) onDone(answer.entry);
  };

  return (
    <Dialog title={t("replanTitle", { title: base.title })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {lost && !busy && (
          <Note tone="warn" alert>
            <p>{t(`lost.${lost}`)}</p>
          </Note>
        )}
        {meanwhile && !lost && (
          <Note tone="warn">
            <p>{t("changedMeanwhile", { when: words.when(plannedOf(entry.when)), domain: name(entry.domain) })}</p>
            <div>
              <Button small onClick={() => {
                setBase(entry);
                forgive();
              }}>
                {t("goOnWithMine")}
              </Button>
            </div>
          </Note>
        )}
        <dl className={style.change} aria-live="polite">
          <dt>{t("was")}</dt>
          <dd>
            <del>{words.when(was)}</del>
          </dd>
          <dt>{t("becomes")}</dt>
          <dd>
            {typeof to === "string" ? t("noDates") : words.when(to)}
            {way !== undefined && <span className={style.quiet}> · {words.way(way)}</span>}
          </dd>
          {domain !== base.domain && (
            <>
              <dt>{t("domain")}</dt>
              <dd>{t("fromDomainTo", { from: name(base.domain), to: name(domain) })}</dd>
            </>
          )}
        </dl>
        <WhenFields
          first={!isMoved}
          typed={typed}
          onChange={(next) => {
            setTyped(next);
            const planned = plannedOfTyped(next);
            if (typeof planned !== "string") onTry({ name: base.name, planned, domain });
          }}
        />
        {domains.length > 1 && (
          <SelectField
            label={t("domain")}
            value={domain}
            onChange={(event) => {
              setDomain(event.target.value);
              if (typeof to !== "string") onTry({ name: base.name, planned: to, domain: event.target.value });
            }}
          >
            {domains.map((one) => (
              <option key={one} value={one}>
                {name(one)}
              </option>
            ))}
          </SelectField>
        )}
        <Concerns title={t("sameRelease", { release: base.release })} entries={others.sameRelease} />
        <Concerns title={t("sameItems")} entries={others.sameItems} />
        <TextArea
          label={t("whyMove")}
          hint={t("design:reasonHint")}
          value={reason}
          required
          ref={isMoved ? beginHere : undefined}
          wrong={asked && !reason.trim() ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {asked && nothing && <p className={style.quiet}>{t("nothingChanges")}</p>}
        {asked && to === "empty" && <p className={style.quiet}>{t("noDates")}</p>}
        {refused && !lost && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={busy} disabled={lost !== undefined && !busy}>
            {t("move")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{lost ? t("design:close") : t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function Concerns({ title, entries }: { title: string; entries: readonly RoadmapEntry[] }) {
  const { t } = useTranslation("roadmap");
  const words = usePlanWords();
  if (entries.length === 0) return null;
  return (
    <section className={style.concerns}>
      <h3>{title}</h3>
      <ul>
        {entries.slice(0, SHOWN).map((entry) => (
          <li key={entry.name}>
            <span>{entry.title}</span>
            <small>{words.when(plannedOf(entry.when))}</small>
          </li>
        ))}
      </ul>
      {entries.length > SHOWN && <p className={style.quiet}>{t("andMore", { count: entries.length - SHOWN })}</p>}
    </section>
  );
}
