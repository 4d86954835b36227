/** Makes an item: what it is called, what it is, whose it is, and where it begins. */

import { type SubmitEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService, type Item } from "../api/gen/koepel/v1/backlog_pb";
import { Edge, ItemKind } from "../api/gen/koepel/v1/common_pb";
import { announce } from "../design/announce";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { number } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { KINDS } from "./filter";

const B = BacklogService.method;

/** The domains in which the reader may make one of this kind. */
export function useDomainsFor(): (kind: ItemKind) => readonly string[] {
  const { domains, mandate } = useHere();
  return (kind) =>
    domains
      .map(({ name }) => name)
      .filter((name) => mandate.may(Act.CREATE_ITEM, name) || (kind === ItemKind.IMPEDIMENT && mandate.may(Act.RAISE_IMPEDIMENT, name)));
}

export function NewItem({ first, onMade, onClose }: { first: string | undefined; onMade: (item: Item) => void; onClose: () => void }) {
  const { t } = useTranslation("backlog");
  const { mandate, domain: domainOf } = useHere();
  const words = useWords();
  const domainsFor = useDomainsFor();
  const kinds = KINDS.filter((kind) => domainsFor(kind).length > 0);
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [kind, setKind] = useState<ItemKind>(kinds.includes(ItemKind.STORY) ? ItemKind.STORY : (kinds[0] ?? ItemKind.STORY));
  const domains = domainsFor(kind);
  const [wanted, setDomain] = useState(first ?? "");
  const [edge, setEdge] = useState(Edge.BOTTOM);
  const [missing, setMissing] = useState(false);
  const create = useCommand(B.createItem, { ownRefusal: true, stale: [B.listBacklog] });
  const domain = domains.includes(wanted) ? wanted : (domains[0] ?? "");
  const whole = mandate.may(Act.ORDER_PRODUCT);
  const places = whole || mandate.may(Act.ORDER_DOMAIN, domain);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!title.trim()) return setMissing(true);
    const answer = await create.send({ parent: domain, item: { title: title.trim(), text, kind }, ...(places ? { place: { at: { case: "edge", value: edge } } } : {}) });
    if (!answer?.item) return;
    const done = t("new.done", { key: answer.item.key, place: number(answer.item.place) });
    announce(done);
    toast("good", done);
    onClose();
    onMade(answer.item);
  };
  return (
    <Dialog title={t("new.title")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("new.name")} wrong={missing && !title.trim() ? t("new.nameMissing") : undefined} autoFocus maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
        <SelectField label={t("new.kind")} value={kind} onChange={(event) => setKind(Number(event.target.value))}>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {words.kind(one)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("filter.domain")} value={domain} onChange={(event) => setDomain(event.target.value)}>
          {domains.map((name) => (
            <option key={name} value={name}>
              {domainOf(name)?.displayName}
            </option>
          ))}
        </SelectField>
        {places && (
          <SelectField label={whole ? t("new.placeWhole") : t("new.placeOwn")} value={edge} onChange={(event) => setEdge(Number(event.target.value))}>
            <option value={Edge.BOTTOM}>{t("new.bottom")}</option>
            <option value={Edge.TOP}>{t("new.top")}</option>
          </SelectField>
        )}
        <TextArea label={t("new.text")} hint={t("new.textHint")} rows={4} value={text} onChange={(event) => setText(event.target.value)} />
        {create.refused && <RefusalNote thrown={create.refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={create.busy}>
            {t("new.make")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
