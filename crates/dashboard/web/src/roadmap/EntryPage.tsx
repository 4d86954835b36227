/** One entry of the roadmap: what it is, when, for what, of which items, how far, what happened to it, whom to ask. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { type Goal, type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf, pageOf } from "../api/names";
import { useTitle } from "../app/title";
import { SelectField, TextField } from "../design/Field";
import { Note, PageHead, Tag, Waiting } from "../design/parts";
import { useAsOf } from "../history/asOf";
import { useMark } from "../live/recent";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { DomainTag } from "../product/shown";
import { EntryAside } from "./EntryAside";
import { EntryFact } from "./EntryFact";
import { EntryHistory } from "./EntryHistory";
import { EntryItems } from "./EntryItems";
import { ItemPicker } from "./ItemPicker";
import { GoalField, ReleaseField } from "./NewEntryDialog";
import { releasesOf } from "./plan";
import { ProgressBar } from "./ProgressBar";
import { plannedOf, whenOf } from "./span";
import { usePlanWords } from "./usePlanWords";
import { useEntries, useGoals } from "./useRoadmap";
import { plannedOfTyped, typedOf, WhenFields } from "./WhenFields";
import style from "./EntryPage.module.css";

export default function EntryPage({ entry: name }: { entry: string }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const me = useMe();
  const { moment, isPast } = useAsOf(here.name);
  const found = useQuery(RoadmapService.method.getRoadmapEntry, { name, ...(moment ? { asOf: moment } : {}) });
  const { goals } = useGoals(here.name, moment);
  const mark = useMark(name);
  const entry = found.data?.entry;
  useTitle(entry?.title ?? t("roadmap"));
  if (!entry) return found.error ? <RefusalNote thrown={found.error} /> : <Waiting lines={6} />;
  const readOnly = here.readOnly || isPast;
  const who = mark && mark.actor !== me?.name ? here.nameOf(mark.actor) : "";
  return (
    <>
      <nav aria-label={t("backTo")} className={style.back}>
        <Link href={pageOf(here.name, "roadmap")}>{t("roadmap")}</Link>
      </nav>
      <PageHead
        title={
          <>
            {entry.title} {who && <Tag tone="warn">{t("changedBy", { name: who })}</Tag>}
          </>
        }
      >
        {entry.aim}
      </PageHead>
      {isPast && <Note icon="clock">{t("pastEntry")}</Note>}
      {entry.removed && (
        <Note tone="warn">
          <p>{entry.removedReason ? t("isRemoved", { reason: entry.removedReason }) : t("isRemovedPlain")}</p>
        </Note>
      )}
      <div className={style.page}>
        <div className={style.main}>
          <Facts entry={entry} goals={goals} may={!readOnly && !entry.removed && here.mandate.may(Act.PLAN_ROADMAP, entry.domain)} />
          <section className={style.part} aria-labelledby="entry-items">
            <h2 id="entry-items">{t("items")}</h2>
            <EntryItems items={entry.items} moment={moment} />
          </section>
          {!isPast && (
            <section className={style.part} aria-labelledby="entry-history">
              <h2 id="entry-history">{t("history")}</h2>
              <EntryHistory entry={name} />
            </section>
          )}
        </div>
        <EntryAside entry={entry} readOnly={readOnly} />
      </div>
    </>
  );
}

function Facts({ entry, goals, may }: { entry: RoadmapEntry; goals: readonly Goal[]; may: boolean }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const words = usePlanWords();
  const { entries } = useEntries(here.name, undefined, may);
  const goal = goals.find(({ name }) => name === entry.goal);
  const domains = here.mandate.domainsFor(Act.PLAN_ROADMAP, here.domains.map(({ name }) => name));
  const shared = { entry, may };
  const roadmap = pageOf(here.name, "roadmap");
  return (
    <dl className={style.facts}>
      <div className={style.fact}>
        <dt>{t("progress")}</dt>
        <dd>
          <ProgressBar entry={entry} wordy />
        </dd>
      </div>
      <EntryFact
        {...shared}
        label={t("when")}
        path="when"
        reasoned
        begin={(one) => typedOf(plannedOf(one.when))}
        renderField={(typed, set) => <WhenFields typed={typed} onChange={set} />}
        patch={(typed) => {
          const planned = plannedOfTyped(typed);
          return typeof planned === "string" ? undefined : { when: whenOf(planned) };
        }}
      >
        {words.when(plannedOf(entry.when), "long")}
      </EntryFact>
      <EntryFact
        {...shared}
        label={t("domain")}
        path="domain"
        may={may && domains.length > 1}
        reasoned
        begin={(one) => one.domain}
        renderField={(domain, set) => (
          <SelectField label={t("domain")} hideLabel value={domain} onChange={(event) => set(event.target.value)}>
            {domains.map((name) => (
              <option key={name} value={name}>
                {here.domain(name)?.displayName}
              </option>
            ))}
          </SelectField>
        )}
        patch={(domain) => ({ domain })}
      >
        <DomainTag name={entry.domain} />
      </EntryFact>
      <EntryFact
        {...shared}
        label={t("release")}
        path="release"
        reasoned
        begin={(one) => one.release}
        renderField={(release, set) => <ReleaseField releases={releasesOf(entries)} release={release} onChange={set} />}
        patch={(release) => ({ release: release.trim() })}
      >
        {entry.release ? <Link href={`${roadmap}?release=${encodeURIComponent(entry.release)}`}>{entry.release}</Link> : <span className={style.quiet}>{t("noRelease")}</span>}
      </EntryFact>
      <EntryFact
        {...shared}
        label={t("goal")}
        path="goal"
        begin={(one) => one.goal}
        renderField={(goal, set) => <GoalField goals={goals} goal={goal} onChange={set} />}
        patch={(goal) => ({ goal })}
      >
        {entry.goal ? <Link href={`${roadmap}?goal=${encodeURIComponent(idOf(entry.goal))}`}>{goal?.displayName ?? idOf(entry.goal)}</Link> : <span className={style.quiet}>{t("noGoal")}</span>}
      </EntryFact>
      {may && (
        <>
          <EntryFact
            {...shared}
            label={t("title")}
            path="title"
            begin={(one) => one.title}
            renderField={(title, set) => <TextField label={t("title")} hideLabel maxLength={200} required value={title} onChange={(event) => set(event.target.value)} />}
            patch={(title) => (title.trim() ? { title: title.trim() } : undefined)}
          >
            {entry.title}
          </EntryFact>
          <EntryFact
            {...shared}
            label={t("aim")}
            path="aim"
            begin={(one) => one.aim}
            renderField={(aim, set) => <TextField label={t("aim")} hideLabel hint={t("aimHint")} maxLength={200} value={aim} onChange={(event) => set(event.target.value)} />}
            patch={(aim) => ({ aim: aim.trim() })}
          >
            {entry.aim || <span className={style.quiet}>{t("noAim")}</span>}
          </EntryFact>
        </>
      )}
      <EntryFact
        {...shared}
        label={t("items")}
        path="items"
        begin={(one): readonly string[] => one.items}
        renderField={(items, set) => <ItemPicker picked={items} onChange={set} />}
        patch={(items) => ({ items: [...items] })}
      >
        {entry.items.length === 0 ? <span className={style.quiet}>{t("noItems")}</span> : t("itemCount", { count: entry.items.length })}
      </EntryFact>
    </dl>
  );
}
