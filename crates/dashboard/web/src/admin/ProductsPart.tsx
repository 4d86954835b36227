/** The products of the server, and a new one. */

import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { idOf, pageOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { Empty, Table, Waiting } from "../design/parts";
import { dayOfMoment, number } from "../i18n/format";
import { Cut } from "../product/Cut";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { idFrom } from "./ids";
import { personOf } from "./people";
import { PersonField } from "./PersonField";
import { useKnownPeople } from "./useKnownPeople";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const P = ProductService.method;

export function ProductsPart() {
  const { t } = useTranslation("admin");
  const products = useQuery(P.listProducts, { pageSize: 1_000 });
  const [open, setOpen] = useState(false);
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("server.products")}</h2>
        </div>
        <div className={style.actions}>
          <Button icon="plus" weight="main" onClick={() => setOpen(true)}>
            {t("products.create")}
          </Button>
        </div>
      </div>
      {products.error && <RefusalNote thrown={products.error} />}
      {!products.data && !products.error && <Waiting />}
      {products.data?.products.length === 0 && <Empty title={t("products.none")}>{t("products.noneText")}</Empty>}
      {products.data && products.data.products.length > 0 && (
        <Table label={t("server.products")} head={[t("facts.name"), t("domains.id"), t("column.open"), t("identities.since")]}>
          {products.data.products.map((product) => (
            <tr key={product.name}>
              <td className={style.strong}>
                <Link href={pageOf(product.name, "today")}>{product.displayName}</Link>
              </td>
              <td>{idOf(product.name)}</td>
              <td>{number(product.openItems)}</td>
              <td>{dayOfMoment(product.createTime)}</td>
            </tr>
          ))}
        </Table>
      )}
      <Cut page={products.data} shown={products.data?.products.length ?? 0} />
      {open && <ProductDialog onClose={() => setOpen(false)} />}
    </section>
  );
}

function ProductDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const people = useKnownPeople();
  const [, go] = useLocation();
  const [displayName, setDisplayName] = useState("");
  const [typedId, setId] = useState<string>();
  const [summary, setSummary] = useState("");
  const [chief, setChief] = useState("");
  const { send, busy, refused } = useCommand(P.createProduct, { stale: [P.listProducts], ownRefusal: true });
  const id = typedId ?? idFrom(displayName);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const chiefPo = chief.trim() ? personOf(chief, people) : "";
    if (busy || chiefPo === undefined) return;
    const answer = await send({ productId: id, displayName: displayName.trim(), summary: summary.trim(), chiefPo });
    if (!answer?.product) return;
    onClose();
    go(`${pageOf(answer.product.name, "administration")}/domains`);
  };
  return (
    <Dialog title={t("products.create")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("facts.name")} value={displayName} required maxLength={120} onChange={(event) => setDisplayName(event.target.value)} wrong={wrongOf(refused, "display_name")} />
        <TextField label={t("domains.id")} hint={t("domains.idHint")} value={id} required maxLength={40} pattern="[a-z][a-z0-9\-]*" spellCheck={false} onChange={(event) => setId(event.target.value)} wrong={wrongOf(refused, "product_id")} />
        <TextArea label={t("facts.summary")} value={summary} maxLength={2_000} onChange={(event) => setSummary(event.target.value)} wrong={wrongOf(refused, "summary")} />
        <PersonField label={t("design:role.CHIEF_PO")} hint={t("products.chiefHint")} required={false} people={people} value={chief} onChange={setChief} wrong={wrongOf(refused, "chief_po")} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("products.do")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
