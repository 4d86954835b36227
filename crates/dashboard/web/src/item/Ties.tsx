/** Links of an item: to items, to addresses, and to what is not here yet. */

import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService, type Link } from "../api/gen/koepel/v1/backlog_pb";
import { ItemStatus, LinkKind } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { Button, IconButton } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { Tag } from "../design/parts";
import { ItemField } from "../product/ItemField";
import { useItems } from "../product/useItems";
import { RefusalNote } from "../product/RefusalText";
import { ItemLink, StatusSign } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { useItemHere } from "./itemHere";
import { webAddress } from "./text";
import style from "./Section.module.css";

const B = BacklogService.method;
const KINDS = [LinkKind.NEEDS, LinkKind.NEEDED_BY, LinkKind.RELATES_TO, LinkKind.REPLACES, LinkKind.REPLACED_BY, LinkKind.DUPLICATES, LinkKind.DUPLICATED_BY] as const;

export function Ties() {
  const { t } = useTranslation("item");
  const { item, mayEdit, again } = useItemHere();
  const [adding, setAdding] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const remove = useCommand(B.removeLink, { stale: [B.listItemHistory] });
  const titles = useItems(item.links.flatMap(({ target }) => (target.case === "item" ? [target.value] : [])));
  if (item.links.length === 0 && !mayEdit) return null;

  const takeAway = async (link: Link) => {
    const answer = await remove.send({ name: item.name, link, expectedVersion: item.changedAtVersion });
    await again();
    if (answer) add.current?.focus();
  };
  return (
    <section className={style.section} aria-labelledby="ties">
      <div className={style.top}>
        <h2 id="ties">{t("ties.title")}</h2>
        {mayEdit && (
          <Button ref={add} small weight="quiet" icon="plus" onClick={() => setAdding(true)}>
            {t("ties.add")}
          </Button>
        )}
      </div>
      {item.links.length === 0 && <p className={style.soft}>{t("ties.none")}</p>}
      <ul className={style.rows}>
        {item.links.map((link) => {
          const { kind, target } = link;
          const other = target.case === "item" ? titles.get(target.value) : undefined;
          const name = target.case === "item" ? idOf(target.value) : (target.value ?? "");
          return (
            <li key={`${kind}-${target.case}-${target.value}`}>
              <span className={style.soft}>{t(`link.${LinkKind[kind]}`)}</span>
              <span className={style.grow}>
                <Target target={target} title={other?.title} />
              </span>
              {other && other.status !== ItemStatus.UNSPECIFIED && <StatusSign status={other.status} />}
              {mayEdit && <IconButton icon="close" label={t("ties.remove", { name })} disabled={remove.busy} onClick={() => void takeAway(link)} />}
            </li>
          );
        })}
      </ul>
      {adding && <AddTie onClose={() => setAdding(false)} />}
    </section>
  );
}

function Target({ target, title }: { target: Link["target"]; title: string | undefined }) {
  const { t } = useTranslation("item");
  switch (target.case) {
    case "item":
      return (
        <>
          <ItemLink name={target.value} /> {title}
        </>
      );
    case "uri": {
      const href = webAddress(target.value);
      return href ? (
        <a href={href} rel="noreferrer noopener" target="_blank">
          {target.value.replace(/^https?:\/\//i, "")}
        </a>
      ) : (
        <>{target.value}</>
      );
    }
    case "pending":
      return (
        <>
          {target.value} <Tag tone="warn">{t("ties.pending")}</Tag> <span className={style.soft}>{t("ties.pendingText")}</span>
        </>
      );
    case undefined:
      return null;
  }
}

function AddTie({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const [kind, setKind] = useState<LinkKind>(LinkKind.NEEDS);
  const [to, setTo] = useState<"item" | "uri">("item");
  const [items, setItems] = useState<readonly string[]>([]);
  const [address, setAddress] = useState("");
  const [wrong, setWrong] = useState(false);
  const { send, busy, refused } = useCommand(B.addLink, { stale: [B.listItemHistory], ownRefusal: true });
  const other = items[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const target = to === "item" ? (other ? { case: "item" as const, value: other } : undefined) : webAddress(address.trim()) ? { case: "uri" as const, value: address.trim() } : undefined;
    setWrong(!target);
    if (!target || busy) return;
    const answer = await send({ name: item.name, link: { kind: to === "uri" ? LinkKind.RELATES_TO : kind, target }, expectedVersion: item.changedAtVersion });
    await again();
    if (answer) onClose();
  };
  return (
    <Dialog title={t("ties.addTitle", { item: item.key })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <SelectField label={t("ties.to")} value={to} onChange={(event) => setTo(event.target.value === "uri" ? "uri" : "item")}>
          <option value="item">{t("ties.toItem")}</option>
          <option value="uri">{t("ties.toAddress")}</option>
        </SelectField>
        {to === "item" ? (
          <>
            <SelectField label={t("ties.kind")} value={kind} onChange={(event) => setKind(Number(event.target.value))}>
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`link.${LinkKind[kind]}`)}
                </option>
              ))}
            </SelectField>
            <ItemField label={t("ties.item")} chosen={items} most={1} wrong={wrong ? t("wrong.item") : undefined} onChange={setItems} />
          </>
        ) : (
          <TextField
            type="url"
            label={t("ties.address")}
            placeholder="https://"
            value={address}
            wrong={wrong ? t("wrong.address") : undefined}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("ties.add")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
