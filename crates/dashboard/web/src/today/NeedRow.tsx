/** One need: what, what happens otherwise, who it concerns, and the one button that settles it. */

import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { AlertService } from "../api/gen/koepel/v1/alert_pb";
import { EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { addressOf, idOf, pageOf } from "../api/names";
import { Button, ButtonLink } from "../design/Button";
import { Tag } from "../design/parts";
import { toast } from "../design/Toasts";
import { EscalationClock } from "../escalation/Clock";
import { keepFocus } from "../design/focus";
import { useHere, useMe } from "../me/Me";
import { Ago, DomainTag, ItemLink, useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { putAside, takeBack } from "./aside";
import { CloseGap } from "./CloseGap";
import type { Need } from "./needs";
import { useNeedWords } from "./needWords";
import { useAsk } from "./useAsk";
import style from "./TodayPage.module.css";

/** `first`: the one whose button stands out. */
export function NeedRow({ need, first }: { need: Need; first: boolean }) {
  const { t } = useTranslation("today");
  const words = useNeedWords();
  const asked = useAsk(need.kind === "asked" ? need.row : undefined, need.kind === "asked" ? need.of : "");
  const { what, otherwise } = words(need, asked);
  const urgent = need.kind === "decide" && need.overdue;
  return (
    <li className={style.need} data-urgent={urgent ? "" : undefined}>
      <div className={style.words}>
        <h2 className={style.what}>{what}</h2>
        <p className={style.otherwise}>{t("otherwise", { what: otherwise })}</p>
        <div className={style.about}>
          <About need={need} />
        </div>
      </div>
      <div className={style.acts}>
        <Acts need={need} weight={first ? "main" : "plain"} />
      </div>
    </li>
  );
}

function About({ need }: { need: Need }): ReactNode {
  const { t } = useTranslation("today");
  const words = useWords();
  const here = useHere();
  switch (need.kind) {
    case "decide":
    case "late": {
      const { escalation } = need;
      return (
        <>
          <EscalationClock escalation={escalation} />
          <span>{words.topic(escalation.topic)}</span>
          {escalation.domains.map((domain) => (
            <DomainTag key={domain} name={domain} />
          ))}
          {need.kind === "decide" && <span>{t("raisedBy", { name: escalation.displayNames[escalation.raisedBy] ?? here.nameOf(escalation.raisedBy) })}</span>}
        </>
      );
    }
    case "decided":
      return (
        <>
          <span>{t("decided.by", { name: need.decision.decidedByName })}</span>
          <Ago time={need.decision.decideTime} />
        </>
      );
    case "notFollowed":
      return (
        <>
          <Tag tone="warn">{t("notFollowed.since", { version: Number(need.decision.notFollowedVersion) })}</Tag>
          <span>{t("decided.by", { name: need.decision.decidedByName })}</span>
        </>
      );
    case "asked":
      return (
        <>
          <ItemLink name={need.row.name} />
          <span>{need.row.title}</span>
          <DomainTag name={need.row.domain} />
        </>
      );
    case "gap":
      return (
        <>
          <span>{t("gap.by", { name: need.gap.askedByDisplayName || here.nameOf(need.gap.askedBy) })}</span>
          <Ago time={need.gap.askTime} />
        </>
      );
    case "vacant":
    case "vacantSoon":
      return need.vacancy.domain ? <DomainTag name={need.vacancy.domain} /> : null;
    case "deliveries":
    case "points":
      return null;
  }
}

function Acts({ need, weight }: { need: Need; weight: "main" | "plain" }): ReactNode {
  const { t } = useTranslation("today");
  const here = useHere();
  const me = useMe();
  const page = (name: string) => addressOf(name) ?? "";
  switch (need.kind) {
    case "decide":
      return (
        <>
          <ButtonLink weight={weight} href={`${page(need.escalation.name)}?do=decide`}>
            {t("decide.act")}
          </ButtonLink>
          {!need.escalation.acknowledgedBy && <Acknowledge name={need.escalation.name} />}
          <Look href={page(need.escalation.name)} what={need.escalation.title} />
        </>
      );
    case "late":
      return <ButtonLink weight={weight} href={`${page(need.escalation.name)}?do=comment`}>{t("late.act")}</ButtonLink>;
    case "decided":
      return (
        <>
          <ButtonLink weight={weight} href={page(need.decision.name)} onClick={() => putAside(me?.name ?? "", need.key)}>
            {t("decided.act")}
          </ButtonLink>
          <Aside need={need} />
        </>
      );
    case "notFollowed":
      return (
        <>
          <ButtonLink weight={weight} href={page(need.decision.name)}>{t("notFollowed.act")}</ButtonLink>
          <Aside need={need} />
        </>
      );
    case "asked":
      return (
        <>
          <ButtonLink weight={weight} href={page(need.row.name)}>{t("asked.act")}</ButtonLink>
          <Link className={style.look} href={`${pageOf(here.name, "escalations")}?raise=1&topic=dependency&item=${encodeURIComponent(idOf(need.row.name))}`}>
            {t("asked.raise")}
          </Link>
        </>
      );
    case "vacant":
    case "vacantSoon":
      return (
        <>
          <ButtonLink weight={weight} href={`${pageOf(here.name, "administration")}/roles`}>
            {t("vacant.act")}
          </ButtonLink>
          <Look href={pageOf(here.name, "directory")} what={t("vacant.directory")} />
        </>
      );
    case "deliveries":
      return (
        <>
          <Replay names={need.names} weight={weight} />
          <Look href={`${pageOf(here.name, "administration")}/deliveries`} what={t("deliveries.list")} />
        </>
      );
    case "gap":
      return <Gap need={need} weight={weight} />;
    case "points":
      return <ButtonLink weight={weight} href={`${pageOf(here.name, "administration")}/points`}>{t("points.act")}</ButtonLink>;
  }
}

function Look({ href, what }: { href: string; what: string }) {
  const { t } = useTranslation("today");
  return (
    <Link className={style.look} href={href} aria-label={t("lookAt", { what })}>
      {t("look")}
    </Link>
  );
}

function Acknowledge({ name }: { name: string }) {
  const { t } = useTranslation("today");
  const row = useRef<HTMLLIElement>(null);
  const { send, busy } = useCommand(EscalationService.method.acknowledgeEscalation, {
    done: () => {
      toast("good", t("decide.acknowledged"));
      // The button goes away when the page has seen it.
      setTimeout(() => keepFocus(() => row.current?.querySelector("a")), 500);
    },
  });
  return (
    <Button
      busy={busy}
      onClick={(event) => {
        row.current = event.currentTarget.closest("li");
        void send({ name });
      }}
    >
      {t("decide.acknowledge")}
    </Button>
  );
}

function Aside({ need }: { need: Need }) {
  const { t } = useTranslation("today");
  const person = useMe()?.name ?? "";
  return (
    <Button
      weight="quiet"
      onClick={() => {
        putAside(person, need.key);
        toast("good", t("aside.done"), { label: t("aside.undo"), act: () => takeBack(person, need.key) });
      }}
    >
      {t("aside.act")}
    </Button>
  );
}

function Replay({ names, weight }: { names: readonly string[]; weight: "main" | "plain" }) {
  const { t } = useTranslation("today");
  const here = useHere();
  const { send, busy } = useCommand(AlertService.method.replayDeliveries, {
    stale: [AlertService.method.listDeliveries],
    done: ({ replayed }) => toast("good", t("deliveries.done", { count: replayed })),
  });
  return (
    <Button weight={weight} busy={busy} onClick={() => void send({ parent: here.name, names: names.slice(0, 1_000) })}>
      {t("deliveries.act")}
    </Button>
  );
}

function Gap({ need, weight }: { need: Extract<Need, { kind: "gap" }>; weight: "main" | "plain" }) {
  const { t } = useTranslation("today");
  const here = useHere();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button weight={weight} onClick={() => setOpen(true)}>{t("gap.act")}</Button>
      <Look href={pageOf(here.name, "directory")} what={t("gap.directory")} />
      {open && <CloseGap gap={need.gap} onClose={() => setOpen(false)} />}
    </>
  );
}
