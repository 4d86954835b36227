/** Which page is at which address. Each comes when it is opened for the first time. */

import i18next from "i18next";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { pageOf } from "../api/names";
import { Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { Broken } from "./Broken";
import { NotFound } from "./NotFound";

const FILES = {
  TodayPage: () => import("../today/TodayPage"),
  BacklogPage: () => import("../backlog/BacklogPage"),
  ItemPage: () => import("../item/ItemPage"),
  EscalationsPage: () => import("../escalation/EscalationsPage"),
  EscalationPage: () => import("../escalation/EscalationPage"),
  DecisionsPage: () => import("../governance/DecisionsPage"),
  DecisionPage: () => import("../governance/DecisionPage"),
  DirectoryPage: () => import("../directory/DirectoryPage"),
  RoadmapPage: () => import("../roadmap/RoadmapPage"),
  EntryPage: () => import("../roadmap/EntryPage"),
  ChangesPage: () => import("../history/ChangesPage"),
  AdministrationPage: () => import("../admin/AdministrationPage"),
};

const TodayPage = lazy(FILES.TodayPage);
const BacklogPage = lazy(FILES.BacklogPage);
const ItemPage = lazy(FILES.ItemPage);
const EscalationsPage = lazy(FILES.EscalationsPage);
const EscalationPage = lazy(FILES.EscalationPage);
const DecisionsPage = lazy(FILES.DecisionsPage);
const DecisionPage = lazy(FILES.DecisionPage);
const DirectoryPage = lazy(FILES.DirectoryPage);
const RoadmapPage = lazy(FILES.RoadmapPage);
const EntryPage = lazy(FILES.EntryPage);
const ChangesPage = lazy(FILES.ChangesPage);
const AdministrationPage = lazy(FILES.AdministrationPage);

/** What an address needs: a page and the folder of its words, by the part behind the product. */
const AT: Readonly<Record<string, readonly [keyof typeof FILES, string]>> = {
  today: ["TodayPage", "today"],
  backlog: ["BacklogPage", "backlog"],
  items: ["ItemPage", "item"],
  roadmap: ["RoadmapPage", "roadmap"],
  roadmapEntries: ["EntryPage", "roadmap"],
  escalations: ["EscalationsPage", "escalation"],
  decisions: ["DecisionsPage", "governance"],
  directory: ["DirectoryPage", "directory"],
  changes: ["ChangesPage", "history"],
  administration: ["AdministrationPage", "admin"],
};

/** Fetches the page of an address and its words while it is still being asked who reads and what. */
export function fetchAhead(pathname: string): void {
  const [, , , part = "today"] = pathname.split("/");
  const at = AT[part];
  if (!pathname.startsWith("/products/") || !at) return;
  const [page, words] = at;
  // What cannot be fetched now is told when the page is shown.
  FILES[page]().catch(() => undefined);
  i18next.loadNamespaces(words).catch(() => undefined);
}

export function Pages() {
  const { name } = useHere();
  const [location] = useLocation();
  const named = (collection: string, id: string) => `${name}/${collection}/${id}`;
  return (
    <>
      <Arrival location={location} />
      <Broken key={location}>
        <Suspense fallback={<Waiting lines={6} />}>
          <Switch>
            <Route path={`/${name}`}>
              <Redirect to={pageOf(name, "today")} replace />
            </Route>
            <Route path={`/${name}/today`} component={TodayPage} />
            <Route path={`/${name}/backlog`} component={BacklogPage} />
            <Route path={`/${name}/items/:id`}>{({ id }) => <ItemPage key={id} item={named("items", id)} />}</Route>
            <Route path={`/${name}/roadmap`} component={RoadmapPage} />
            <Route path={`/${name}/roadmapEntries/:id`}>{({ id }) => <EntryPage key={id} entry={named("roadmapEntries", id)} />}</Route>
            <Route path={`/${name}/escalations`} component={EscalationsPage} />
            <Route path={`/${name}/escalations/:id`}>{({ id }) => <EscalationPage key={id} escalation={named("escalations", id)} />}</Route>
            <Route path={`/${name}/decisions`} component={DecisionsPage} />
            <Route path={`/${name}/decisions/:id`}>{({ id }) => <DecisionPage key={id} decision={named("decisions", id)} />}</Route>
            <Route path={`/${name}/directory`} component={DirectoryPage} />
            <Route path={`/${name}/changes`} component={ChangesPage} />
            <Route path={`/${name}/administration/:part?`}>{({ part }) => <AdministrationPage part={part ?? ""} />}</Route>
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Broken>
    </>
  );
}

/** How long the heading of a new page is waited for. */
const PATIENCE_MS = 8_000;

/**
 * The heading of a new page gets the focus when it is there: whoever hears the page hears where they are, and keys go on from its
 * beginning. Not if its reader has gone on meanwhile.
 */
function Arrival({ location }: { location: string }) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const before = document.activeElement;
    const main = document.getElementById("main");
    const watch = new MutationObserver(() => look());
    const look = () => {
      const heading = main?.querySelector<HTMLElement>("h1");
      if (!heading) return;
      watch.disconnect();
      const now = document.activeElement;
      if (now === before || now === document.body || now === null) heading.focus({ preventScroll: true });
    };
    if (main) watch.observe(main, { childList: true, subtree: true });
    look();
    const end = setTimeout(() => watch.disconnect(), PATIENCE_MS);
    return () => {
      watch.disconnect();
      clearTimeout(end);
    };
  }, [location]);
  return null;
}
