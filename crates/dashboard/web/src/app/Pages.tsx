/** Which page is at which address. Each comes when it is opened for the first time. */

import { lazy, Suspense, useEffect, useRef } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { pageOf } from "../api/names";
import { Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { Broken } from "./Broken";
import { NotFound } from "./NotFound";

const TodayPage = lazy(() => import("../today/TodayPage"));
const BacklogPage = lazy(() => import("../backlog/BacklogPage"));
const ItemPage = lazy(() => import("../item/ItemPage"));
const EscalationsPage = lazy(() => import("../escalation/EscalationsPage"));
const EscalationPage = lazy(() => import("../escalation/EscalationPage"));
const DecisionsPage = lazy(() => import("../governance/DecisionsPage"));
const DecisionPage = lazy(() => import("../governance/DecisionPage"));
const DirectoryPage = lazy(() => import("../directory/DirectoryPage"));
const RoadmapPage = lazy(() => import("../roadmap/RoadmapPage"));
const EntryPage = lazy(() => import("../roadmap/EntryPage"));
const ChangesPage = lazy(() => import("../history/ChangesPage"));
const AdministrationPage = lazy(() => import("../admin/AdministrationPage"));

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
