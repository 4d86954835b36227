/** Why an item stands where it does: who moved it, or moved something past it, when, and for what reason. The latest first. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { BacklogService, type RankStep } from "../api/gen/koepel/v1/backlog_pb";
import { addressOf, idOf, nameOf } from "../api/names";
import { Button, IconButton } from "../design/Button";
import { Waiting } from "../design/parts";
import { number } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { Moment, ResourceLink } from "../product/shown";
import { decisionsIn } from "./decisions";
import style from "./WherePanel.module.css";

export function WherePanel({ item, onClose }: { item: string; onClose: () => void }) {
  const { t } = useTranslation("backlog");
  const panel = useRef<HTMLDialogElement>(null);
  const told = useInfiniteQuery(BacklogService.method.explainRank, { name: item, pageSize: 30, pageToken: "" }, { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined });

  useEffect(() => {
    const shown = panel.current;
    if (!shown) return;
    // On a telephone it covers the page, which then is out of reach; else the page stays at hand beside it.
    if (matchMedia("(max-width: 40rem)").matches) shown.showModal();
    else shown.show();
    return () => shown.close();
  }, []);

  const pages = told.data?.pages ?? [];
  const steps = pages.flatMap((page) => page.steps);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it, as it does any dialog
    <dialog
      ref={panel}
      className={style.panel}
      aria-labelledby="why-here"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={style.head}>
        <h2 id="why-here">{t("why.title", { key: idOf(item) })}</h2>
        <IconButton icon="close" label={t("why.close")} onClick={onClose} />
      </header>
      <div className={style.body}>
        {pages[0] && <p className={style.summary}>{pages[0].summary}</p>}
        <p>
          <Link href={addressOf(item) ?? "/"}>{t("why.open", { key: idOf(item) })}</Link>
        </p>
        {!told.data && (told.error ? <RefusalNote thrown={told.error} /> : <Waiting lines={4} />)}
        {told.data && steps.length === 0 && !told.hasNextPage && <p>{t("why.nothing")}</p>}
        <ol className={style.steps}>
          {steps.map((step, at) => (
            // A version may tell more than one step, and their order does not change.
            // oxlint-disable-next-line react/no-array-index-key
            <Step key={`${step.entry?.version}-${at}`} step={step} />
          ))}
        </ol>
        {told.hasNextPage && (
          <Button busy={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
            {t("why.earlier")}
          </Button>
        )}
      </div>
    </dialog>
  );
}

function Step({ step }: { step: RankStep }) {
  const { t } = useTranslation("backlog");
  const { name } = useHere();
  const { entry, own, fromPlace, toPlace, effect } = step;
  if (!entry) return null;
  const decisions = decisionsIn(`${entry.sentence} ${entry.reason}`);
  return (
    <li className={own ? style.own : undefined}>
      {fromPlace > 0 && toPlace > 0 && fromPlace !== toPlace && (
        <p className={style.places}>
          {t("why.places", { from: number(fromPlace), to: number(toPlace) })}
          <span className="visually-hidden">{own ? t("why.own") : t("why.passed")}</span>
        </p>
      )}
      <p>{entry.sentence}</p>
      {effect && <p className={style.soft}>{effect}</p>}
      {entry.reason && <blockquote>{entry.reason}</blockquote>}
      <p className={style.soft}>
        {entry.by} · <Moment time={entry.time} />
      </p>
      {decisions.map((id) => (
        <p key={id}>
          <ResourceLink name={nameOf(name, "decisions", id)}>{t("decision", { id })}</ResourceLink>
        </p>
      ))}
    </li>
  );
}
