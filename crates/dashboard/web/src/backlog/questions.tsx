/** The small dialogs of the backlog: to which place, why a pin, to which domain, and why a move. */

import { createQueryOptions, useTransport } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { create } from "@bufbuild/protobuf";
import { type SubmitEvent, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BacklogRow, BacklogService, ListBacklogRequestSchema } from "../api/gen/koepel/v1/backlog_pb";
import { announce } from "../design/announce";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { number } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { EffectText, useEffectOf } from "./EffectText";
import { type PlaceAsked, placeBetween, placesAround } from "./place";
import { isProduct } from "./useBacklog";

const B = BacklogService.method;

interface Asks {
  readonly row: BacklogRow;
  readonly onClose: () => void;
}

const MOST_REASON = 2_000;

/** Where to, by number. `go` gets the place with the neighbours that are there now. */
export function PlaceQuestion({ list, row, total, go, onClose }: Asks & { list: string; total: number; go: (place: PlaceAsked, wanted: number) => void }) {
  const { t } = useTranslation("backlog");
  const transport = useTransport();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState<{ wanted: number; asked: PlaceAsked }>();
  const [failed, setFailed] = useState<unknown>();
  const own = isProduct(list) ? row.place : row.domainPlace;
  const wanted = useDeferredValue(/^\d{1,7}$/.test(typed.trim()) ? Number(typed) : 0);
  const valid = wanted >= 1 && wanted <= total;

  useEffect(() => {
    if (!valid || wanted === own) return;
    let stale = false;
    const [above, below] = placesAround(wanted, own);
    const input = create(ListBacklogRequestSchema, { parent: list, fromPlace: Math.max(above, 1), pageSize: 2 });
    const timer = setTimeout(() => {
      queries.fetchQuery({ ...createQueryOptions(B.listBacklog, input, { transport }), staleTime: 0 }).then(
        ({ rows }) => {
          if (stale) return;
          setFailed(undefined);
          const name = (at: number) => (at < 1 ? "" : (rows[at - Math.max(above, 1)]?.name ?? ""));
          setPlace({ wanted, asked: placeBetween(name(above), name(below)) });
        },
        (thrown: unknown) => {
          if (!stale) setFailed(thrown);
        },
      );
    }, 120);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted, valid, own, list, queries, transport]);

  const ready = place?.wanted === wanted && valid && wanted !== own ? place : undefined;
  const { effect, refused } = useEffectOf(list, row, ready?.asked);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!ready) return;
    onClose();
    go(ready.asked, ready.wanted);
  };
  return (
    <Dialog title={t("ask.placeTitle", { key: row.key })} onClose={onClose}>
      <form onSubmit={submit}>
        <TextField
          label={t("ask.place")}
          hint={t("ask.placeHint", { own: number(own), total: number(total) })}
          wrong={typed && !valid ? t("ask.placeWrong", { total: number(total) }) : undefined}
          inputMode="numeric"
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div aria-live="polite">
          <EffectText effect={effect} refused={refused} />
        </div>
        {failed !== undefined && <RefusalNote thrown={failed} />}
        <Buttons>
          <Button weight="main" type="submit" disabled={!ready || refused !== undefined}>
            {t("ask.move")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** Pins, which takes a reason, or takes the pin out. */
export function PinQuestion({ row, onClose }: Asks) {
  const { t } = useTranslation("backlog");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const pin = useCommand(B.pinItem, { ownRefusal: true, stale: [B.listBacklog] });
  const unpin = useCommand(B.unpinItem, { ownRefusal: true, stale: [B.listBacklog] });
  const { pinned, name, key } = row;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!pinned && !reason.trim()) return setMissing(true);
    const request = { name, reason: reason.trim() };
    const answer = pinned ? await unpin.send(request) : await pin.send(request);
    if (!answer) return;
    const done = pinned ? t("unpinnedDone", { key }) : t("pinnedDone", { key });
    announce(done);
    toast("good", done);
    onClose();
  };
  const refused = pinned ? unpin.refused : pin.refused;
  return (
    <Dialog title={pinned ? t("ask.unpinTitle", { key }) : t("ask.pinTitle", { key })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{pinned ? t("ask.unpinText") : t("ask.pinText")}</p>
        <TextArea
          label={t("design:reason")}
          hint={t("design:reasonHint")}
          wrong={missing && !reason.trim() ? t("design:refusal.REASON_MISSING") : undefined}
          autoFocus
          maxLength={MOST_REASON}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={pin.busy || unpin.busy}>
            {pinned ? t("ask.unpin") : t("ask.pin")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** Gives an item to another domain. */
export function DomainQuestion({ row, onClose }: Asks) {
  const { t } = useTranslation("backlog");
  const { domains, mandate } = useHere();
  const others = domains.filter(({ name }) => name !== row.domain && mandate.may(Act.MOVE_ITEM, row.domain, name));
  const [domain, setDomain] = useState(others[0]?.name ?? "");
  const [reason, setReason] = useState("");
  const move = useCommand(B.moveItem, { ownRefusal: true, stale: [B.listBacklog] });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const answer = await move.send({ name: row.name, domain, reason: reason.trim(), expectedVersion: row.changedAtVersion });
    if (!answer) return;
    const done = t("domainDone", { key: row.key, domain: domains.find(({ name }) => name === domain)?.displayName ?? "" });
    announce(done);
    toast("good", done);
    onClose();
  };
  return (
    <Dialog title={t("ask.domainTitle", { key: row.key })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("ask.domainText")}</p>
        <SelectField label={t("ask.domain")} autoFocus value={domain} onChange={(event) => setDomain(event.target.value)}>
          {others.map(({ name, displayName }) => (
            <option key={name} value={name}>
              {displayName}
            </option>
          ))}
        </SelectField>
        <TextArea label={t("ask.reasonOptional")} hint={t("design:reasonHint")} maxLength={MOST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
        {move.refused && <RefusalNote thrown={move.refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={move.busy} disabled={!domain}>
            {t("ask.move")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** Why a move across domains is made; it is sent with it. */
export function ReasonQuestion({ row, go, onClose }: Asks & { go: (reason: string) => void }) {
  const { t } = useTranslation("backlog");
  const [reason, setReason] = useState("");
  return (
    <Dialog title={t("ask.reasonTitle", { key: row.key })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          go(reason.trim());
        }}
      >
        <TextArea label={t("ask.reasonOptional")} hint={t("design:reasonHint")} autoFocus maxLength={MOST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
        <Buttons>
          <Button weight="main" type="submit">
            {t("ask.move")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("ask.leave")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
