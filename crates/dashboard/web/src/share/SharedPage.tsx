/**
 * What whoever has a share link sees: a product, or a part of it, for reading alone. There is nobody's name here, no command
 * and no stream of news; so this page, and no other, asks again each minute.
 */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import { idOf } from "../api/names";
import { Reaching } from "../app/Reaching";
import { Button } from "../design/Button";
import { SelectField } from "../design/Field";
import { Empty, PageHead } from "../design/parts";
import mark from "../design/koepel.svg";
import { moment } from "../i18n/format";
import { type Language, LANGUAGES, language } from "../i18n/language";
import { speak } from "../i18n/words";
import { SharedBacklog } from "./SharedBacklog";
import { SharedPurpose } from "./SharedPurpose";
import { SharedRoadmap } from "./SharedRoadmap";
import { type Opened, openedOf, type View, viewsOf } from "./opened";
import { AGAIN_MS, useAskAgain } from "./useAskAgain";
import style from "./share.module.css";

/** There is no such link, or not any more. */
class Closed extends Error {}

async function ask(path: string): Promise<Opened> {
  const answer = await fetch(`${path}?rows=0`, { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.status >= 500) throw new TypeError("not now");
  const opened = answer.ok ? openedOf(await answer.json()) : undefined;
  if (!opened) throw new Closed();
  return opened;
}

export default function SharedPage() {
  const { t } = useTranslation("share");
  const [path] = useLocation();
  const opened = useQuery({
    queryKey: ["shared"],
    queryFn: () => ask(path),
    refetchInterval: AGAIN_MS,
    retry: (count, thrown) => !(thrown instanceof Closed) && count < 60,
  });
  const name = opened.data ? opened.data.displayName || idOf(opened.data.domain || opened.data.product) : "";
  useEffect(() => {
    document.title = [name || t("title"), "Koepel"].join(" · ");
  }, [name, t]);
  if (opened.error instanceof Closed) {
    return (
      <main className={style.closed}>
        <img src={mark} alt="" width={40} height={40} />
        <h1>{t("closed.title")}</h1>
        <p>{t("closed.text")}</p>
      </main>
    );
  }
  if (!opened.data) return <Reaching failed={opened.failureReason} />;
  return <Page opened={opened.data} name={name} path={path} />;
}

function Page({ opened, name, path }: { opened: Opened; name: string; path: string }) {
  const { t } = useTranslation("share");
  const [search] = useSearchParams();
  const again = useAskAgain();
  const views = viewsOf(opened);
  const view = views.find((one) => one === search.get("show")) ?? views[0];
  const until = opened.expires ? t("until", { time: moment(opened.expires) }) : t("readOnly");
  const title = opened.opens === "domain" ? t("backlogOf", { domain: name }) : name;
  return (
    <main className={style.page}>
      <div className={style.top}>
        <span className={style.mark}>
          <img src={mark} alt="" width={24} height={24} /> Koepel
        </span>
        <span className={style.actions}>
          <Button small icon="changes" weight="quiet" busy={again.busy} onClick={again.ask}>
            {t("refresh")}
          </Button>
          <SelectField label={t("language")} hideLabel value={language()} onChange={(event) => void speak(event.target.value as Language)}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one} lang={one}>
                {t(`app:language.${one}`)}
              </option>
            ))}
          </SelectField>
        </span>
      </div>
      <PageHead title={title}>{opened.summary || t("summary")}</PageHead>
      <p className={style.until}>{until}</p>
      {views.length > 1 && (
        <nav className={style.tabs} aria-label={t("views")}>
          {views.map((one) => (
            <Link key={one} href={`${path}?show=${one}`} aria-current={one === view ? "page" : undefined}>
              {t(`view.${one}`)}
            </Link>
          ))}
        </nav>
      )}
      {view ? <Shown view={view} opened={opened} /> : <Empty title={t("closed.title")} />}
    </main>
  );
}

function Shown({ view, opened }: { view: View; opened: Opened }) {
  switch (view) {
    case "backlog":
      return <SharedBacklog opened={opened} />;
    case "roadmap":
      return <SharedRoadmap product={opened.product} />;
    case "purpose":
      return <SharedPurpose product={opened.product} />;
  }
}
