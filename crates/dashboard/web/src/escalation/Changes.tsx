/** What changes would be made, each in a sentence; with what it means for the order, where that is asked for. */

import { useQuery } from "@connectrpc/connect-query";
import { type ReactNode } from "react";
import { Trans, useTranslation } from "react-i18next";
import { BacklogService, MoveScope } from "../api/gen/koepel/v1/backlog_pb";
import type { OrderedChange } from "../api/gen/koepel/v1/escalation_pb";
import { ItemLink } from "../product/shown";
import { useHere } from "../me/Me";
import { draftOf, standsSo } from "./change";
import { useItems } from "../product/useItems";
import style from "./Changes.module.css";

const NONE: readonly string[] = [];

/**
 * `effect`: from where to where what is ranked would go if it were done now. `known`: items whose titles stand elsewhere on the
 * page.
 */
export function Changes({ changes, effect = false, known = NONE }: { changes: readonly OrderedChange[]; effect?: boolean; known?: readonly string[] }) {
  const { t } = useTranslation("escalation");
  if (changes.length === 0) return <p className={style.soft}>{t("changes.none")}</p>;
  return (
    <ul className={style.changes}>
      {changes.map((change, index) => (
        // Changes are done in their order, and have no names.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index}>
          <One change={change} known={known} />
          {effect && change.change.case === "rank" && <Effect change={change} />}
        </li>
      ))}
    </ul>
  );
}

function One({ change, known }: { change: OrderedChange; known: readonly string[] }): ReactNode {
  const { t } = useTranslation("escalation");
  const here = useHere();
  const draft = draftOf(change);
  const titles = useItems(draft && !known.includes(draft.item) ? [draft.item] : []);
  if (!draft) return null;
  const item = <ItemLink name={draft.item} />;
  const other = draft.other ? <ItemLink name={draft.other} /> : <span />;
  const title = titles.get(draft.item)?.title;
  return (
    <span>
      <Trans
        t={t}
        i18nKey={`changes.${draft.verb}`}
        values={{ domain: here.domain(draft.domain)?.displayName ?? "" }}
        components={{ item, other }}
      />
      {draft.withFamily && <> {t("changes.family")}</>}
      {title && <span className={style.title}>{title}</span>}
    </span>
  );
}

function Effect({ change }: { change: OrderedChange }) {
  const { t } = useTranslation("escalation");
  const rank = change.change.case === "rank" ? change.change.value : undefined;
  const draft = draftOf(change);
  const places = useItems(draft ? [draft.item, draft.other].filter(Boolean) : []);
  const place = (name: string) => places.get(name)?.place ?? 0;
  const stays = draft !== undefined && standsSo(draft, { item: place(draft.item), other: place(draft.other) });
  const preview = useQuery(
    BacklogService.method.previewMove,
    rank?.place ? { name: rank.item, place: rank.place, scope: MoveScope.PRODUCT, withFamily: rank.withFamily } : {},
    { enabled: rank?.place !== undefined && !stays, retry: false },
  );
  if (stays) return <span className={style.effect}>{t("changes.stays", { place: place(draft.item) })}</span>;
  if (!preview.data) return null;
  const { fromPlace, toPlace, passedTotal } = preview.data;
  return (
    <span className={style.effect}>
      {fromPlace === toPlace ? t("changes.stays", { place: fromPlace }) : t("changes.goes", { from: fromPlace, to: toPlace, count: passedTotal })}
    </span>
  );
}
