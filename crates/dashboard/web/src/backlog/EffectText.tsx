/** What a move would do, asked of the server before it is made; or why it would be refused. Silent while it is not known. */

import { Code, ConnectError } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { skipToken, keepPreviousData } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BacklogService, type BacklogRow, MoveScope } from "../api/gen/koepel/v1/backlog_pb";
import { idOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { list, number } from "../i18n/format";
import { useHere } from "../me/Me";
import { sentenceOf } from "../product/RefusalText";
import { ResourceLink } from "../product/shown";
import { type Effect, effectOf } from "./effect";
import style from "./List.module.css";
import type { PlaceAsked } from "./place";
import { isProduct } from "./useBacklog";

/** `undefined` while nothing is known. */
export function useEffectOf(parent: string, row: BacklogRow, place: PlaceAsked | undefined): { effect: Effect | undefined; refused: unknown } {
  const whole = isProduct(parent);
  const scope = whole ? MoveScope.PRODUCT : MoveScope.DOMAIN;
  const asked = useQuery(BacklogService.method.previewMove, place ? { name: row.name, place, scope } : skipToken, { retry: false, placeholderData: keepPreviousData });
  if (!place) return { effect: undefined, refused: undefined };
  const refused = asked.error && ConnectError.from(asked.error).code !== Code.Unimplemented ? asked.error : undefined;
  return { effect: asked.data && !asked.error ? effectOf(asked.data, whole, row.domain) : undefined, refused };
}

export function EffectText({ effect, refused }: { effect: Effect | undefined; refused: unknown }) {
  const { t } = useTranslation("backlog");
  const here = useHere();
  if (refused) return <p className={style.refuses}>{sentenceOf(refusalOf(refused), here)}</p>;
  if (!effect) return null;
  if (effect.moves === "nothing") return <p>{t("effect.nothing")}</p>;
  const places = { from: number(effect.from), to: number(effect.to) };
  const domains = list(effect.domains.map(({ domain, items }) => t("effect.ofDomain", { domain: here.domain(domain)?.displayName ?? idOf(domain), items: number(items) })));
  return (
    <>
      <p>{effect.moves === "own" ? t("effect.own", { ...places, count: effect.passed }) : t("effect.others", { ...places, count: effect.passed, domains })}</p>
      {effect.pinned.length > 0 && <p>{t("effect.pinned", { count: effect.pinned.length, items: list(effect.pinned) })}</p>}
      {effect.decisions.length > 0 && (
        <p className={style.warns}>
          {t("effect.decisions", { count: effect.decisions.length })}{" "}
          {effect.decisions.map((name) => (
            <ResourceLink key={name} name={name}>
              {t("decision", { id: idOf(name) })}{" "}
            </ResourceLink>
          ))}
        </p>
      )}
    </>
  );
}
