/** The roadmap of a product: along the days, as a list, and what it is for. The address says which, how near, and of what. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf, nameOf } from "../api/names";
import { useTitle } from "../app/title";
import { announce } from "../design/announce";
import { Button } from "../design/Button";
import { SelectField } from "../design/Field";
import { Empty, PageHead, Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { useAsOf } from "../history/asOf";
import { TimeSlider } from "../history/TimeSlider";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { useNow } from "../product/shown";
import { shownBy, VIEWS, withPart } from "./address";
import { todayOf } from "./days";
import { ZOOMS } from "./layout";
import { NewEntryDialog } from "./NewEntryDialog";
import { groupOf, matching, NO_GOAL, releasesOf, slips } from "./plan";
import { PurposeView } from "./PurposeView";
import { ReplanDialog } from "./ReplanDialog";
import { type PlanActs, RoadmapList } from "./RoadmapList";
import { type Moved, RoadmapTimeline } from "./RoadmapTimeline";
import { plannedOf } from "./span";
import { usePlanWords } from "./usePlanWords";
import { useEntries, useGoals } from "./useRoadmap";
import { useScreen } from "./useWindow";
import style from "./RoadmapPage.module.css";

export default function RoadmapPage() {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const me = useMe();
  const whoMay = useWhoMay();
  const words = usePlanWords();
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const narrow = useScreen("(max-width: 40rem)");
  const { view, zoom, filters } = useMemo(() => shownBy(search, narrow), [search, narrow]);
  const { moment, isPast } = useAsOf(here.name);
  const now = useNow();
  const today = todayOf(now);
  const shown = useEntries(here.name, moment);
  const present = useEntries(here.name, undefined, isPast);
  const { goals } = useGoals(here.name, moment);
  const [moved, setMoved] = useState<Moved | undefined>(undefined);
  const [adding, setAdding] = useState(false);
  useTitle(t(`view.${view}`));

  const readOnly = here.readOnly || isPast;
  const entries = useMemo(() => matching(shown.entries, filters), [shown.entries, filters]);
  const domains = useMemo(() => here.domains.filter((domain) => !filters.domain || idOf(domain.name) === filters.domain), [here.domains, filters.domain]);
  const slipped = useMemo(() => (isPast ? slips(shown.entries, present.entries) : undefined), [isPast, shown.entries, present.entries]);
  const releases = useMemo(() => releasesOf(shown.entries), [shown.entries]);
  const found = moved && shown.entries.find((entry) => entry.name === moved.name);
  // A form that was begun stays, even if somebody takes its entry away.
  const [begun, setBegun] = useState<RoadmapEntry | undefined>(undefined);
  if (found && found !== begun) setBegun(found);
  const movedEntry = found ?? (moved && begun?.name === moved.name ? begun : undefined);
  const isFiltered = Boolean(filters.goal || filters.release || filters.domain);

  const acts: PlanActs = {
    mayPlan: (domain) => !readOnly && here.mandate.may(Act.PLAN_ROADMAP, domain),
    editDates: (entry) => setMoved({ name: entry.name, planned: plannedOf(entry.when), domain: entry.domain }),
    goalName: (goal) => goals.find((one) => one.name === goal)?.displayName ?? idOf(goal),
    whoOf: ({ actor }) => (actor === me?.name ? "" : here.nameOf(actor)),
    slipped,
  };
  const set = (part: string, value: string) => setSearch(withPart(search, part, value));
  const addressWith = (part: string, value: string) => `?${withPart(search, part, value)}`;

  const done = (entry: RoadmapEntry) => {
    shown.answered(entry);
    setMoved(undefined);
    const text = t("moved", { title: entry.title, when: words.when(plannedOf(entry.when)) });
    toast("good", text);
    announce(text);
  };

  return (
    <>
      <PageHead
        title={t("roadmap")}
        actions={
          !readOnly &&
          here.mandate.mayAnywhere(Act.PLAN_ROADMAP) &&
          view !== "purpose" && (
            <Button weight="main" icon="plus" onClick={() => setAdding(true)}>
              {t("newEntry")}
            </Button>
          )
        }
      >
        {!readOnly && !here.mandate.mayAnywhere(Act.PLAN_ROADMAP) ? t("mayNot.plan", { who: whoMay(Act.PLAN_ROADMAP) }) : null}
      </PageHead>
      <div className={style.bar}>
        <nav aria-label={t("views")} className={style.views}>
          {VIEWS.map((one) => (
            <Link key={one} href={addressWith("view", one)} aria-current={one === view ? "page" : undefined}>
              {t(`view.${one}`)}
            </Link>
          ))}
        </nav>
        <TimeSlider />
        {view !== "purpose" && (
          <div className={style.filters} role="group" aria-label={t("filters")}>
            <SelectField label={t("domain")} hideLabel value={filters.domain} onChange={(event) => set("domain", event.target.value)}>
              <option value="">{t("allDomains")}</option>
              {here.domains.map(({ name, displayName }) => (
                <option key={name} value={idOf(name)}>
                  {displayName}
                </option>
              ))}
            </SelectField>
            <SelectField label={t("goal")} hideLabel value={filters.goal} onChange={(event) => set("goal", event.target.value)}>
              <option value="">{t("allGoals")}</option>
              {goals.map(({ name, displayName }) => (
                <option key={name} value={idOf(name)}>
                  {displayName}
                </option>
              ))}
              <option value={NO_GOAL}>{t("noGoal")}</option>
            </SelectField>
            <SelectField label={t("release")} hideLabel value={filters.release} onChange={(event) => set("release", event.target.value)}>
              <option value="">{t("allReleases")}</option>
              {[...releases, ...(filters.release && !releases.includes(filters.release) ? [filters.release] : [])].map((release) => (
                <option key={release} value={release}>
                  {release}
                </option>
              ))}
            </SelectField>
          </div>
        )}
        {view === "timeline" && (
          <div className={style.zoom} role="group" aria-label={t("zoom")}>
            {ZOOMS.map((one) => (
              <button key={one} type="button" aria-pressed={one === zoom} onClick={() => set("zoom", one)}>
                {t(`zoomTo.${one}`)}
              </button>
            ))}
          </div>
        )}
      </div>
      {view === "purpose" ? (
        <PurposeView entries={shown.entries} moment={moment} readOnly={readOnly} />
      ) : shown.error && !shown.known ? (
        <RefusalNote thrown={shown.error} />
      ) : !shown.known ? (
        <Waiting lines={6} />
      ) : entries.length === 0 ? (
        isFiltered ? (
          <Empty title={t("nothingFound")} action={<Button onClick={() => setSearch({ view })}>{t("showAll")}</Button>}>
            {t("nothingFoundText")}
          </Empty>
        ) : (
          <Empty title={t("empty")}>{t("emptyText")}</Empty>
        )
      ) : view === "list" ? (
        <RoadmapList entries={entries} acts={acts} />
      ) : (
        <>
          <RoadmapTimeline
            entries={entries}
            domains={domains}
            zoom={zoom}
            today={today}
            readOnly={readOnly}
            mayPlan={acts.mayPlan}
            pending={moved && plannedOf(movedEntry?.when).kind === "dates" ? moved : undefined}
            slipped={slipped}
            whoOf={acts.whoOf}
            onOpen={(name) => go(`/${name}`)}
            onMove={setMoved}
            onRefuse={(domain) => toast("urgent", whoMay(Act.PLAN_ROADMAP, domain))}
          />
          {!readOnly && here.mandate.mayAnywhere(Act.PLAN_ROADMAP) && <p className={style.keys}>{t("keys")}</p>}
          {entries.some((entry) => groupOf(plannedOf(entry.when)) !== "dates") && <RoadmapList entries={entries} acts={acts} only={["now", "next", "later"]} />}
        </>
      )}
      {moved && movedEntry && (
        <ReplanDialog
          key={moved.name}
          entry={movedEntry}
          lost={!found ? "removed" : acts.mayPlan(found.domain) ? undefined : "mandate"}
          entries={shown.entries}
          moved={moved}
          onTry={setMoved}
          onClose={() => setMoved(undefined)}
          onDone={done}
        />
      )}
      {adding && (
        <NewEntryDialog
          goals={goals}
          releases={releases}
          domain={filters.domain ? nameOf(here.name, "domains", filters.domain) : ""}
          onClose={() => setAdding(false)}
          onDone={(entry) => {
            setAdding(false);
            go(`/${entry.name}`);
          }}
        />
      )}
    </>
  );
}
