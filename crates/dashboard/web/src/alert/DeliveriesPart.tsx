/** What became of alerts: on their way, arrived, or given up; and a new try for those. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { ReasonDialog } from "../product/ReasonDialog";
import { AlertService, type Delivery, DeliveryState } from "../api/gen/koepel/v1/alert_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { SelectField } from "../design/Field";
import { Empty, Note, Tag, type Tone, Waiting } from "../design/parts";
import { moment, shortMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { ResourceLink } from "../product/shown";
import style from "../admin/admin.module.css";
import { useChannelWord, useKindWord, useReceiverWords } from "./alertWords";

const A = AlertService.method;

const STATES = { pending: DeliveryState.PENDING, delivered: DeliveryState.DELIVERED, dead: DeliveryState.DEAD } as const;
type State = keyof typeof STATES;
const TONES: Readonly<Record<State, Tone>> = { pending: "accent", delivered: "good", dead: "urgent" };

const isState = (text: string | null): text is State => text !== null && text in STATES;
const stateOf = (delivery: Delivery) => (Object.keys(STATES) as State[]).find((one) => STATES[one] === delivery.state) ?? "pending";

export function DeliveriesPart() {
  const { t } = useTranslation("alert");
  const here = useHere();
  const [search, setSearch] = useSearchParams();
  const asked = search.get("state");
  const state = isState(asked) ? asked : undefined;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [replay, setReplay] = useState<readonly string[]>();
  const pages = useInfiniteQuery(
    A.listDeliveries,
    { parent: here.name, state: state ? STATES[state] : DeliveryState.UNSPECIFIED, pageSize: 50, pageToken: "" },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  const deliveries = pages.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const dead = deliveries.filter((one) => one.state === DeliveryState.DEAD);
  const picked = dead.map((one) => one.name).filter((name) => chosen.has(name));
  const dropped = pages.data?.pages[0]?.dropped ?? 0n;

  const pick = (name: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    setChosen(next);
  };

  return (
    <section className={`${style.part} ${style.section}`}>
      <div className={style.bar}>
        <div>
          <h2>{t("deliveries.title")}</h2>
          <p>{here.mandate.may(Act.MANAGE_ALERTS) ? t("deliveries.all") : t("deliveries.own")}</p>
        </div>
        <div className={style.actions}>
          <SelectField label={t("deliveries.filter")} hideLabel value={state ?? ""} onChange={(event) => setSearch(event.target.value ? { state: event.target.value } : {})}>
            <option value="">{t("deliveries.any")}</option>
            {(Object.keys(STATES) as State[]).map((one) => (
              <option key={one} value={one}>
                {t(`state.${one}`)}
              </option>
            ))}
          </SelectField>
          <Button icon="changes" busy={pages.isFetching} onClick={() => void pages.refetch()}>
            {t("deliveries.refresh")}
          </Button>
        </div>
      </div>
      {pages.error && <RefusalNote thrown={pages.error} />}
      {!pages.data && !pages.error && <Waiting lines={5} />}
      {dropped > 0n && (
        <Note tone="warn">
          <p>{t("deliveries.dropped", { count: Number(dropped) })}</p>
        </Note>
      )}
      {dead.length > 0 && (
        <div className={style.actions}>
          <Button disabled={picked.length === 0} onClick={() => setReplay(picked)}>
            {t("replay.chosen", { count: picked.length })}
          </Button>
          <Button onClick={() => setReplay([])}>{t("replay.all")}</Button>
        </div>
      )}
      {pages.data && deliveries.length === 0 && <Empty title={state ? t("deliveries.noneSo") : t("deliveries.none")}>{t("deliveries.noneText")}</Empty>}
      <ul className={style.rows}>
        {deliveries.map((delivery) => (
          <Row key={delivery.name} delivery={delivery} chosen={chosen.has(delivery.name)} onPick={(on) => pick(delivery.name, on)} onReplay={() => setReplay([delivery.name])} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <div>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("deliveries.more")}
          </Button>
        </div>
      )}
      {replay && (
        <ReasonDialog
          title={replay.length === 0 ? t("replay.all") : t("replay.title", { count: replay.length })}
          action={t("replay.do")}
          method={A.replayDeliveries}
          request={(reason) => ({ parent: here.name, names: [...replay], reason })}
          stale={[A.listDeliveries]}
          done={t("replay.done")}
          gentle
          onClose={() => {
            setReplay(undefined);
            setChosen(new Set());
          }}
        >
          <p>{t("replay.text")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}

function Row({ delivery, chosen, onPick, onReplay }: { delivery: Delivery; chosen: boolean; onPick: (on: boolean) => void; onReplay: () => void }) {
  const { t } = useTranslation("alert");
  const kind = useKindWord();
  const channel = useChannelWord();
  const receiver = useReceiverWords();
  const state = stateOf(delivery);
  const alert = delivery.alert;
  const title = alert?.title || (alert ? kind(alert.kind) : idOf(delivery.name));
  const way = delivery.target ? t("deliveries.target", { channel: channel(delivery.channel), target: idOf(delivery.target) }) : channel(delivery.channel);
  return (
    <li className={style.row}>
      <div>
        <p className={style.strong}>{alert?.escalation ? <ResourceLink name={alert.escalation}>{title}</ResourceLink> : title}</p>
        <p className={`${style.inline} ${style.small}`}>
          <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
          {alert?.title && <span>{kind(alert.kind)}</span>}
          <span>{t("deliveries.to", { who: receiver(delivery.receiver), way, time: moment(delivery.createTime) })}</span>
        </p>
        {(delivery.attempts > 1 || state !== "delivered") && <p className={style.small}>{t("deliveries.attempts", { count: delivery.attempts })}</p>}
        {delivery.error && (
          <p className={style.small}>
            {t("deliveries.error")} <span lang="en">{delivery.error}</span>
          </p>
        )}
        {state === "pending" && delivery.nextTime && <p className={style.small}>{t("deliveries.next", { time: shortMoment(delivery.nextTime) })}</p>}
      </div>
      {state === "dead" && (
        <div className={style.actions}>
          <label className={style.pick}>
            <input type="checkbox" checked={chosen} onChange={(event) => onPick(event.target.checked)} />
            <span className="visually-hidden">{t("replay.pick", { title })}</span>
          </label>
          <Button small onClick={onReplay}>
            {t("replay.do")}
          </Button>
        </div>
      )}
    </li>
  );
}
