/** Puts an item at a place: of its domain's order, or of the overarching one; with what that would do before it is done. */

import { useQuery } from "@connectrpc/connect-query";
import { Code } from "@connectrpc/connect";
import { type FormEvent, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService, MoveScope } from "../api/gen/koepel/v1/backlog_pb";
import { Act } from "../api/gen/koepel/v1/product_pb";
import { idOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { ItemField } from "../product/ItemField";
import { list, number } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote, sentenceOf } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { useItemHere } from "./itemHere";
import { placeOf, placeTyped, type Wanted, type Way, WAYS } from "./places";
import { useMoved } from "./useMoved";
import { useSeen } from "./useSeen";
import style from "./Section.module.css";

const B = BacklogService.method;

export function PlaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("item");
  const here = useHere();
  const { item, again } = useItemHere();
  const domain = here.domain(item.domain);
  const mayDomain = here.mandate.may(Act.ORDER_DOMAIN, item.domain);
  const mayProduct = here.mandate.may(Act.ORDER_PRODUCT);
  const [scope, setScope] = useState(mayProduct ? MoveScope.PRODUCT : MoveScope.DOMAIN);
  const [way, setWay] = useState<Way>("at");
  const [typed, setTyped] = useState("");
  const [others, setOthers] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const stale = { stale: [B.listItemHistory, B.explainRank, B.listBacklog], ownRefusal: true };
  const rank = useCommand(B.rankItem, stale);
  const reorder = useCommand(B.reorderItem, stale);
  const refused = rank.refused ?? reorder.refused;
  const seen = useSeen(refused);
  const moved = useMoved();

  const isOverall = scope === MoveScope.PRODUCT;
  const all = isOverall ? here.product.openItems : (domain?.openItems ?? 0);
  const from = isOverall ? item.place : item.domainPlace;
  const at = useDeferredValue(placeTyped(typed, all));
  const holder = useQuery(
    B.listBacklog,
    { parent: isOverall ? here.name : item.domain, fromPlace: at ?? 0, pageSize: 1 },
    { enabled: way === "at" && at !== undefined },
  );
  const wanted: Wanted = { way, at, holder: holder.data?.rows[0]?.name, other: others[0] };
  const place = placeOf(wanted, item.name, from);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!place || rank.busy || reorder.busy) return;
    const request = { name: item.name, place, reason: reason.trim(), expectedVersion: seen };
    const answer = await (isOverall ? rank.send(request) : reorder.send(request));
    if (!answer?.item || !answer.receipt) return;
    await again();
    if (answer.item.place === item.place) toast("good", t("stays", { item: item.key }));
    else moved(item.key, answer.item.place, answer.receipt.version);
    onClose();
  };
  const missing = tried && !place;
  return (
    <Dialog title={t("dialog.place", { item: item.key })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <SelectField label={t("scope")} value={scope} onChange={(event) => setScope(Number(event.target.value))}>
          <option value={MoveScope.PRODUCT} disabled={!mayProduct}>
            {t("scopeOverall", { place: number(item.place), all: number(here.product.openItems) })}
          </option>
          <option value={MoveScope.DOMAIN} disabled={!mayDomain}>
            {t("scopeDomain", { domain: domain?.displayName ?? idOf(item.domain), place: number(item.domainPlace), all: number(domain?.openItems ?? 0) })}
          </option>
        </SelectField>
        <SelectField label={t("whereTo")} value={way} onChange={(event) => setWay(WAYS.find((one) => one === event.target.value) ?? "at")}>
          {WAYS.map((one) => (
            <option key={one} value={one}>
              {t(`way.${one}`)}
            </option>
          ))}
        </SelectField>
        {way === "at" && (
          <TextField
            label={t("placeNo", { all: number(all) })}
            inputMode="numeric"
            value={typed}
            wrong={missing ? t("wrong.place", { all: number(all) }) : undefined}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {(way === "above" || way === "below") && (
          <ItemField label={t("otherItem")} chosen={others} most={1} wrong={missing ? t("wrong.item") : undefined} onChange={setOthers} />
        )}
        {place && <Preview place={place} scope={scope} />}
        <TextArea label={t("reasonIfAny")} hint={t("design:reasonHint")} rows={2} maxLength={2_000} value={reason} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={rank.busy || reorder.busy}>
            {t("do.place")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** What the move would do to others. */
function Preview({ place, scope }: { place: NonNullable<ReturnType<typeof placeOf>>; scope: MoveScope }) {
  const { t } = useTranslation("item");
  const here = useHere();
  const { item } = useItemHere();
  const seen = useQuery(B.previewMove, { name: item.name, place, scope }, { retry: false });
  if (seen.error) {
    const refusal = refusalOf(seen.error);
    return refusal.code === Code.Unimplemented ? null : <p className={style.soft}>{sentenceOf(refusal, here)}</p>;
  }
  if (!seen.data) return null;
  const { toPlace, toDomainPlace, passedTotal, domains } = seen.data;
  const past = domains.map(({ domain, items }) => t("pastOf", { count: items, domain: here.domain(domain)?.displayName ?? idOf(domain) }));
  const values = { place: number(toPlace), domainPlace: number(toDomainPlace), past: list(past) };
  return (
    <p role="status" className={style.soft}>
      {passedTotal > 0 ? t("wouldPass", values) : t("wouldStand", values)}
    </p>
  );
}
