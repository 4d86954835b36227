/** The administration of the server: its parts, each at an address of its own. It is outside of every product. */

import { type ComponentType, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, useLocation } from "wouter";
import { NothingHere } from "../app/NotFound";
import { ReaderMenu } from "../app/ReaderMenu";
import { Note, PageHead, Tabs } from "../design/parts";
import mark from "../design/koepel.svg";
import { useMe } from "../me/Me";
import { InvitationsPart } from "./InvitationsPart";
import { PeoplePart } from "./PeoplePart";
import { ProductsPart } from "./ProductsPart";
import { SessionsPart } from "./SessionsPart";
import { StatusPart } from "./StatusPart";
import { TokensPart } from "./TokensPart";
import style from "./admin.module.css";

const PARTS = {
  people: PeoplePart,
  tokens: TokensPart,
  invitations: InvitationsPart,
  sessions: SessionsPart,
  products: ProductsPart,
  status: StatusPart,
} as const satisfies Record<string, ComponentType>;
type Part = keyof typeof PARTS;

const NAMES = Object.keys(PARTS) as Part[];
const BASE = "/administration";

export default function ServerPage() {
  const { t } = useTranslation("admin");
  const me = useMe();
  const [location] = useLocation();
  const asked = location.slice(BASE.length + 1);
  const part = NAMES.find((one) => one === asked);
  const offered: readonly Part[] = me?.administrator ? NAMES : ["sessions"];
  useEffect(() => {
    document.title = [part && t(`server.${part}`), t("server.title"), "Koepel"].filter(Boolean).join(" · ");
  }, [part, t]);
  if (asked === "") return <Redirect to={`${BASE}/${offered[0]}`} replace />;
  return (
    <main className={style.server}>
      <div className={style.top}>
        <Link href="/" className={style.home}>
          <img src={mark} alt="" width={24} height={24} />
          {t("server.back")}
        </Link>
        <ReaderMenu />
      </div>
      <PageHead title={t("server.title")} />
      <Tabs label={t("parts")} tabs={offered.map((one) => ({ href: `${BASE}/${one}`, label: t(`server.${one}`) }))} />
      {!part ? (
        <NothingHere />
      ) : offered.includes(part) ? (
        <Shown part={part} />
      ) : (
        <Note icon="person">
          <p>{t("server.notYours")}</p>
          <p>
            <Link href={`${BASE}/sessions`}>{t("server.ownSessions")}</Link>
          </p>
        </Note>
      )}
    </main>
  );
}

function Shown({ part }: { part: Part }) {
  const One = PARTS[part];
  return <One />;
}
