/** Adds a domain. Its id and key follow from the name, until they are typed. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { idFrom, keyFrom } from "./ids";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const P = ProductService.method;

export function DomainDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const [displayName, setDisplayName] = useState("");
  const [typedId, setId] = useState<string>();
  const [typedKey, setKey] = useState<string>();
  const [summary, setSummary] = useState("");
  const { send, busy, refused } = useCommand(P.createDomain, { stale: [P.listDomains, P.getProduct], ownRefusal: true });
  const id = typedId ?? idFrom(displayName);
  const key = typedKey ?? keyFrom(id);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!(await send({ parent: here.name, domainId: id, key, displayName: displayName.trim(), summary: summary.trim() }))) return;
    toast("good", t("domains.added", { name: displayName.trim() }));
    onClose();
  };
  return (
    <Dialog title={t("domains.add")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("facts.name")} value={displayName} required maxLength={120} onChange={(event) => setDisplayName(event.target.value)} wrong={wrongOf(refused, "display_name")} />
        <div className={style.pair}>
          <TextField label={t("domains.id")} hint={t("domains.idHint")} value={id} required maxLength={40} pattern="[a-z][a-z0-9\-]*" spellCheck={false} onChange={(event) => setId(event.target.value)} wrong={wrongOf(refused, "domain_id")} />
          <TextField label={t("column.key")} hint={t("domains.keyHint", { key: key || "KEY" })} value={key} required maxLength={20} pattern="[A-Z][A-Z0-9]*" spellCheck={false} onChange={(event) => setKey(event.target.value.toUpperCase())} wrong={wrongOf(refused, "key")} />
        </div>
        <TextArea label={t("facts.summary")} hint={t("facts.summaryHint")} value={summary} maxLength={2_000} onChange={(event) => setSummary(event.target.value)} wrong={wrongOf(refused, "summary")} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("domains.do")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
