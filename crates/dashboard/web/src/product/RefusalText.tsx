/** Why the server said no, in the reader's language: what is the matter, and who may instead. */

import type { TFunction } from "i18next";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { type Refusal, refusalOf } from "../api/refusal";
import { Note } from "../design/parts";
import { list } from "../i18n/format";
import { type Here, useHere, useHereIfAny } from "../me/Me";
import { Act, Role, type WhoMay } from "../me/mandate";

/** Who may do something in these domains: seats with whoever holds them, then other roles. */
export function whoMay(here: Here, may: WhoMay, domains: readonly string[], t: TFunction): string {
  const who: string[] = [];
  if (may.roles.includes(Role.CHIEF_PO)) {
    who.push(here.chiefPo ? t("design:chiefPoNamed", { name: here.nameOf(here.chiefPo) }) : t("design:chiefPo"));
  }
  if (may.domainRoles.includes(Role.DOMAIN_PO) || may.roles.includes(Role.DOMAIN_PO)) {
    if (domains.length === 0) who.push(t("design:poOfAny"));
    for (const name of domains) {
      const domain = here.domain(name);
      if (!domain) continue;
      const named = { domain: domain.displayName, name: here.nameOf(domain.domainPo) };
      who.push(domain.domainPo ? t("design:poOfNamed", named) : t("design:poOf", named));
    }
  }
  if (who.length === 0 && may.administrators) who.push(t("design:administrator"));
  if (who.length === 0) return t("design:nobodyMay");
  return t("design:whoMay", { who: list(who, "disjunction") });
}

/** What one may not, as a sentence that says who may. */
export function useWhoMay(): (act: Act, ...domains: readonly string[]) => string {
  const here = useHere();
  const { t } = useTranslation("design");
  return (act, ...domains) => whoMay(here, here.mandate.whoMay(act), domains, t);
}

/** A refusal as a sentence. `here` is who is who, where that is known. */
export function sentenceOf(refusal: Refusal, here: Here | undefined): string {
  const t = i18next.t as TFunction;
  if (refusal.reason === "NOT_IN_MANDATE" && here) {
    const act = Act[(refusal.values["act"] ?? "").replace(/^ACT_/, "") as keyof typeof Act];
    const domains = (refusal.values["domains"] ?? "").split(",").filter(Boolean);
    if (act !== undefined) return whoMay(here, here.mandate.whoMay(act), domains, t);
  }
  const key = `design:refusal.${refusal.reason}`;
  if (i18next.exists(key)) return t(key, refusal.values);
  return refusal.message;
}

/** A note in the page about what was refused. */
export function RefusalNote({ thrown }: { thrown: unknown }) {
  const here = useHereIfAny();
  return <PlainRefusal thrown={thrown} {...(here ? { here } : {})} />;
}

/** The same outside of a product. */
export function PlainRefusal({ thrown, here }: { thrown: unknown; here?: Here }) {
  const { t } = useTranslation("design");
  const refusal = refusalOf(thrown);
  const sentence = sentenceOf(refusal, here);
  return (
    <Note tone="urgent" alert>
      <p>{sentence}</p>
      {sentence !== refusal.message && refusal.reason !== "OFFLINE" && <small>{t("details")} <span lang="en">{refusal.message}</span></small>}
    </Note>
  );
}
