/** Asks for what a deed needs: a reason, a domain, titles, another item; then does it. */

import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { Act } from "../api/gen/koepel/v1/product_pb";
import { addressOf, idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { CheckField, SelectField, TextArea } from "../design/Field";
import { toast } from "../design/Toasts";
import { ItemField } from "../product/ItemField";
import { useItems } from "../product/useItems";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import type { Deed } from "./acts";
import { useItemHere } from "./itemHere";
import { PlaceDialog } from "./PlaceDialog";
import { useSeen } from "./useSeen";
import style from "./Section.module.css";

const B = BacklogService.method;

export function DeedDialog({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  switch (deed) {
    case "done":
      return <Plain deed={deed} method={B.completeItem} onClose={onClose} />;
    case "drop":
      return <Plain deed={deed} method={B.dropItem} needsReason onClose={onClose} />;
    case "reopen":
      return <Plain deed={deed} method={B.reopenItem} onClose={onClose} />;
    case "pin":
      return <Plain deed={deed} method={B.pinItem} needsReason onClose={onClose} />;
    case "unpin":
      return <Plain deed={deed} method={B.unpinItem} onClose={onClose} />;
    case "move":
      return <Move onClose={onClose} />;
    case "split":
      return <Split onClose={onClose} />;
    case "merge":
    case "duplicate":
      return <Into deed={deed} onClose={onClose} />;
    case "place":
    case "top":
    case "bottom":
    case "topOverall":
      return <PlaceDialog onClose={onClose} />;
  }
}

interface FormProps {
  deed: Deed;
  onClose: () => void;
  busy: boolean;
  refused: unknown;
  /** Whether what is asked besides the reason is there. */
  isWhole?: boolean;
  needsReason?: boolean;
  danger?: boolean;
  send: (reason: string) => Promise<void>;
  children?: ReactNode;
}

function Form({ deed, onClose, busy, refused, needsReason = false, danger = false, isWhole = true, send, children }: FormProps) {
  const { t } = useTranslation("item");
  const { item } = useItemHere();
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isMissing = needsReason && !reason.trim();
    setWrong(isMissing);
    if (isMissing || !isWhole || busy) return;
    void send(reason.trim());
  };
  return (
    <Dialog title={t(`dialog.${deed}`, { item: item.key })} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <p>{t(`then.${deed}`, { title: item.title })}</p>
        {children}
        <TextArea
          label={needsReason ? t("design:reason") : t("reasonIfAny")}
          hint={t("design:reasonHint")}
          maxLength={2_000}
          value={reason}
          wrong={wrong ? t("wrong.reason") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused !== null && refused !== undefined && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight={danger ? "danger" : "main"} busy={busy}>
            {t(`do.${deed}`)}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

const STALE = [B.listItemHistory, B.explainRank, B.listBacklog];

interface PlainProps<I extends DescMessage, O extends DescMessage> {
  deed: Deed;
  method: DescMethodUnary<I, O>;
  needsReason?: boolean;
  onClose: () => void;
}

/** A deed that needs nothing but a reason. */
function Plain<I extends DescMessage, O extends DescMessage>({ deed, method, needsReason = false, onClose }: PlainProps<I, O>) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const { send, busy, refused } = useCommand(method, { stale: STALE, ownRefusal: true });
  const seen = useSeen(refused);
  return (
    <Form
      deed={deed}
      onClose={onClose}
      busy={busy}
      refused={refused}
      needsReason={needsReason}
      danger={deed === "drop"}
      send={async (reason) => {
        const answer = await send({ name: item.name, reason, expectedVersion: seen } as unknown as MessageInitShape<I>);
        if (!answer) return;
        await again();
        toast("good", t(`was.${deed}`, { item: item.key }));
        onClose();
      }}
    />
  );
}

function Move({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const { domains, mandate } = useHere();
  const others = domains.filter((domain) => domain.name !== item.domain);
  const [to, setTo] = useState(others.find((domain) => mandate.may(Act.MOVE_ITEM, item.domain, domain.name))?.name ?? others[0]?.name ?? "");
  const { send, busy, refused } = useCommand(B.moveItem, { stale: STALE, ownRefusal: true });
  const seen = useSeen(refused);
  return (
    <Form
      deed="move"
      onClose={onClose}
      busy={busy}
      refused={refused}
      isWhole={to !== ""}
      send={async (reason) => {
        const answer = await send({ name: item.name, domain: to, reason, expectedVersion: seen });
        if (!answer) return;
        await again();
        toast("good", t("was.move", { item: item.key }));
        onClose();
      }}
    >
      <SelectField label={t("toDomain")} value={to} onChange={(event) => setTo(event.target.value)}>
        {others.map((domain) => (
          <option key={domain.name} value={domain.name} disabled={!mandate.may(Act.MOVE_ITEM, item.domain, domain.name)}>
            {domain.displayName}
          </option>
        ))}
      </SelectField>
    </Form>
  );
}

function Split({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const [typed, setTyped] = useState("");
  const [keep, setKeep] = useState(true);
  const [tried, setTried] = useState(false);
  const { send, busy, refused } = useCommand(B.splitItem, { stale: STALE, ownRefusal: true });
  const seen = useSeen(refused);
  const titles = typed.split("\n").map((title) => title.trim()).filter(Boolean);
  return (
    <Form
      deed="split"
      onClose={onClose}
      busy={busy}
      refused={refused}
      send={async (reason) => {
        setTried(true);
        if (titles.length === 0) return;
        const answer = await send({ name: item.name, into: titles.map((title) => ({ title })), keep, reason, expectedVersion: seen });
        if (!answer) return;
        await again();
        toast("good", t("wasSplit", { item: item.key, count: answer.items.length }));
        onClose();
      }}
    >
      <TextArea
        label={t("splitInto")}
        hint={t("splitHint")}
        rows={4}
        value={typed}
        wrong={tried && titles.length === 0 ? t("wrong.empty") : undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      <CheckField label={t("keep", { item: item.key })} checked={keep} onChange={(event) => setKeep(event.target.checked)} />
    </Form>
  );
}

/** Into another item: merged with it, or the same work as it. */
function Into({ deed, onClose }: { deed: "merge" | "duplicate"; onClose: () => void }) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const merge = useCommand(B.mergeItems, { stale: STALE, ownRefusal: true });
  const duplicate = useCommand(B.markDuplicate, { stale: STALE, ownRefusal: true });
  const refused = merge.refused ?? duplicate.refused;
  const seen = useSeen(refused);
  const other = chosen[0];
  // A merge is a change of the item that stays: that one is compared.
  const into = useItems(chosen).get(other ?? "");
  return (
    <Form
      deed={deed}
      onClose={onClose}
      busy={merge.busy || duplicate.busy}
      refused={refused}
      send={async (reason) => {
        setTried(true);
        if (!other || other === item.name) return;
        const answer =
          deed === "merge"
            ? await merge.send({ into: other, names: [item.name], reason, expectedVersion: into?.changedAtVersion ?? 0n })
            : await duplicate.send({ name: item.name, duplicateOf: other, reason, expectedVersion: seen });
        if (!answer) return;
        await again();
        toast("good", t("wentInto", { item: idOf(other) }), { label: t("openOther", { item: idOf(other) }), act: () => go(addressOf(other) ?? "/") });
        onClose();
      }}
    >
      <ItemField label={t(`into.${deed}`)} chosen={chosen} most={1} wrong={tried && (!other || other === item.name) ? t("wrong.item") : undefined} onChange={setChosen} />
      {other === item.name && <p className={style.soft}>{t("wrong.itself")}</p>}
    </Form>
  );
}
