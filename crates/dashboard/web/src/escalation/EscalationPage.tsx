/** One escalation: what it is about, the ways out, who decides until when, and what can be done with it. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { type Escalation, EscalationService, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { idOf, pageOf } from "../api/names";
import { useEventWords } from "../app/eventWords";
import { useTitle } from "../app/title";
import { Button } from "../design/Button";
import { Note, PageHead, Tag, Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { list } from "../i18n/format";
import { useMark } from "../live/recent";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { Ago, DomainTag, ItemLink, ResourceLink, useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { type Acts, actsOf, lostOf } from "./acts";
import { Changes } from "./Changes";
import { EscalationClock } from "./Clock";
import { DecideForm } from "./DecideForm";
import { keepFocus } from "../design/focus";
import { Comment, History } from "./History";
import { Line } from "./Line";
import { ActDialog } from "./ActDialog";
import { turnOf } from "./urgency";
import { useEntries } from "../product/useEntries";
import { useItems } from "../product/useItems";
import style from "./EscalationPage.module.css";

const E = EscalationService.method;

export default function EscalationPage({ escalation: name }: { escalation: string }) {
  const { t } = useTranslation("escalation");
  // Its history is below: it is shown as it is now, whatever moment the address names.
  const query = useQuery(E.getEscalation, { name });
  const escalation = query.data?.escalation;
  useTitle(escalation?.title ?? t("page.number", { number: idOf(name) }));
  if (!escalation) {
    return (
      <>
        <PageHead title={t("page.number", { number: idOf(name) })} />
        {query.error ? <RefusalNote thrown={query.error} /> : <Waiting lines={6} />}
      </>
    );
  }
  return <Shown key={name} escalation={escalation} text={query.data?.text ?? ""} />;
}

function useActs(escalation: Escalation): Acts {
  const here = useHere();
  const me = useMe();
  const person = me?.name ?? "";
  return actsOf(escalation, {
    person,
    domains: here.domains.filter(({ domainPo, deputy }) => person !== "" && (domainPo === person || deputy === person)).map(({ name }) => name),
    mayComment: here.mandate.mayAnywhere(Act.COMMENT_ESCALATION),
    mayReopen: here.mandate.mayAnywhere(Act.REOPEN_ESCALATION),
    readOnly: here.readOnly,
  });
}

const FORMS = ["decide", "withdraw", "reopen"] as const;

/** The form that the address wants. Once it is open, it stays until its reader closes it, whatever others do meanwhile. */
function useOpened(wanted: string | null, acts: Acts): (typeof FORMS)[number] | undefined {
  const [opened, setOpened] = useState<(typeof FORMS)[number]>();
  const form = FORMS.find((one) => one === wanted);
  const next = form && (form === opened || acts[form]) ? form : undefined;
  if (next !== opened) setOpened(next);
  return next;
}

function Shown({ escalation, text }: { escalation: Escalation; text: string }) {
  const { t } = useTranslation("escalation");
  const words = useWords();
  const here = useHere();
  const [search] = useSearchParams();
  const [location, go] = useLocation();
  const acts = useActs(escalation);
  const wanted = search.get("do");
  const opened = useOpened(wanted, acts);
  const show = (what: string) => {
    go(what ? `${location}?do=${what}` : location, { replace: true });
    if (!what) keepFocus();
  };
  const acknowledge = useCommand(E.acknowledgeEscalation, { done: () => {
      toast("good", t("acknowledge.done"));
      keepFocus();
    },
  });
  const deciding = opened === "decide";
  const name = (person: string) => escalation.displayNames[person] ?? here.nameOf(person);
  const open = escalation.state === EscalationState.OPEN;
  return (
    <>
      <nav className={style.back}>
        <Link href={pageOf(here.name, "escalations")}>{t("page.all")}</Link>
      </nav>
      <PageHead
        title={escalation.title}
        actions={
          <>
            {acts.decide && !deciding && (
              <Button weight="main" onClick={() => show("decide")}>
                {t("decide.open")}
              </Button>
            )}
            {acts.acknowledge && !deciding && (
              <Button busy={acknowledge.busy} onClick={() => void acknowledge.send({ name: escalation.name, expectedVersion: escalation.changedAtVersion })}>
                {t("acknowledge.send")}
              </Button>
            )}
            {acts.withdraw && <Button onClick={() => show("withdraw")}>{t("act.withdraw.open")}</Button>}
            {acts.reopen && <Button onClick={() => show("reopen")}>{t("act.reopen.open")}</Button>}
          </>
        }
      >
        {t("page.raised", { number: idOf(escalation.name), topic: words.topic(escalation.topic), name: name(escalation.raisedBy) })} ·{" "}
        <Ago time={escalation.raiseTime} />
      </PageHead>
      <div className={style.state}>
        <EscalationClock escalation={escalation} />
        <Mark name={escalation.name} />
      </div>
      {open && acts.notMine && <NotMine escalation={escalation} why={acts.notMine} />}
      {escalation.decision && (
        <Decided name={escalation.decision} />
      )}
      <div className={style.columns}>
        <div className={style.main}>
          {deciding && <DecideForm escalation={escalation} lost={lostOf("decide", escalation, acts)} onDone={() => show("")} />}
          {text && <p className={style.text}>{text}</p>}
          <Items items={escalation.items} />
          <Entries entries={escalation.roadmapEntries} />
          {escalation.options.length > 0 && !deciding && (
            <section>
              <h2>{t("page.options")}</h2>
              <ol className={style.options}>
                {escalation.options.map((option, index) => (
                  <li key={`${option.title}-${index + 1}`}>
                    <h3>{option.title}</h3>
                    <Changes changes={option.changes} known={escalation.items} />
                  </li>
                ))}
              </ol>
            </section>
          )}
          <section>
            <h2>{t("page.history")}</h2>
            <Comment escalation={escalation} wanted={wanted === "comment"} may={acts.comment} />
            <History name={escalation.name} />
          </section>
        </div>
        <aside className={style.side} aria-label={t("line.title")}>
          <section>
            <h2>{t("line.title")}</h2>
            <Line escalation={escalation} />
          </section>
          <section>
            <h2>{t("raise.domains")}</h2>
            {escalation.domains.length > 0 ? (
              <ul className={style.plain}>
                {escalation.domains.map((domain) => (
                  <li key={domain}>
                    <DomainTag name={domain} />
                  </li>
                ))}
              </ul>
            ) : (
              <p className={style.soft}>{t("page.noDomain")}</p>
            )}
          </section>
        </aside>
      </div>
      {(opened === "withdraw" || opened === "reopen") && (
        <ActDialog key={opened} escalation={escalation} what={opened} lost={lostOf(opened, escalation, acts)} onClose={() => show("")} />
      )}
    </>
  );
}

function Decided({ name }: { name: string }) {
  const { t } = useTranslation("escalation");
  const query = useQuery(GovernanceService.method.getDecision, { name });
  const decision = query.data?.decision;
  return (
    <Note icon="decision">
      <p>
        <ResourceLink name={name}>{decision ? t("decide.decision", { number: idOf(name), outcome: decision.outcome }) : t("page.decision", { number: idOf(name) })}</ResourceLink>
      </p>
      {decision && <p>{decision.reason}</p>}
    </Note>
  );
}

/** What has just happened to it, and by whom. */
function Mark({ name }: { name: string }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const mark = useMark(name);
  const words = useEventWords();
  if (!mark) return null;
  const byItself = !mark.actor || mark.actor === "people/system";
  return <Tag tone="accent">{byItself ? words(mark.type) : t("list.mark", { what: words(mark.type), name: here.nameOf(mark.actor) })}</Tag>;
}

function NotMine({ escalation, why }: { escalation: Escalation; why: NonNullable<Acts["notMine"]> }) {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const turn = turnOf(escalation);
  const who = list(
    escalation.deciders.map((person) => escalation.displayNames[person] ?? here.nameOf(person)),
    "disjunction",
  );
  return (
    <p className={style.notMine}>
      {turn ? t("notMine.whose", { title: turn.title, who }) : t("list.noTurn")} {why !== "turn" && t(`notMine.${why}`)}
    </p>
  );
}

function Items({ items }: { items: readonly string[] }) {
  const { t } = useTranslation("escalation");
  const known = useItems(items);
  if (items.length === 0) return null;
  return (
    <section>
      <h2>{t("page.items")}</h2>
      <ul className={style.items}>
        {items.map((name) => {
          const item = known.get(name);
          return (
            <li key={name}>
              <ItemLink name={name} />
              <span className={style.itemTitle}>{item?.title}</span>
              {item && <DomainTag name={item.domain} />}
              {item && <span className={style.soft}>{item.place > 0 ? t("page.place", { place: item.place, domainPlace: item.domainPlace }) : t("page.closed")}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Entries({ entries }: { entries: readonly string[] }) {
  const { t } = useTranslation("escalation");
  const known = useEntries(entries);
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>{t("page.entries")}</h2>
      <ul className={style.plain}>
        {entries.map((name) => (
          <li key={name}>
            <ResourceLink name={name}>{known.get(name)?.title ?? t("page.entry", { number: idOf(name) })}</ResourceLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
