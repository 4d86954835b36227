/** Makes a key to the API, and shows it once. */

import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService } from "../api/gen/koepel/v1/admin_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { endOf, ExpiryField, firstExpiry } from "./ExpiryField";
import { personOf } from "./people";
import { PersonField } from "./PersonField";
import { ROLES } from "./roles";
import { Secret } from "./Secret";
import { useKnownPeople } from "./useKnownPeople";
import { useSecretCommand } from "./useSecretCommand";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const A = AdminService.method;

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const words = useWords();
  const people = useKnownPeople();
  const products = useQuery(ProductService.method.listProducts, { pageSize: 1_000 });
  const [person, setPerson] = useState("");
  const [purpose, setPurpose] = useState("");
  const [product, setProduct] = useState("");
  const [role, setRole] = useState<Role>(Role.UNSPECIFIED);
  const [expiry, setExpiry] = useState(firstExpiry("token"));
  const [past, setPast] = useState(false);
  const [secret, setSecret] = useState<string>();
  const { send, busy, refused } = useSecretCommand(A.createToken, [A.listTokens]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const who = personOf(person, people);
    const end = endOf(expiry, new Date());
    setPast(end === "wrong");
    if (busy || !who || end === "wrong") return;
    const answer = await send({ person: who, purpose: purpose.trim(), product, role, expireTime: end && timestampFromDate(end) });
    if (answer) setSecret(answer.secret);
  };

  return (
    <Dialog title={secret ? t("tokens.made") : t("tokens.create")} onClose={onClose}>
      {secret ? (
        <Secret label={t("tokens.secret")} secret={secret} warning={t("tokens.warning")} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <PersonField label={t("tokens.person")} people={people} value={person} onChange={setPerson} wrong={wrongOf(refused, "person")} />
          <TextField label={t("share.purpose")} hint={t("tokens.purposeHint")} value={purpose} maxLength={120} onChange={(event) => setPurpose(event.target.value)} wrong={wrongOf(refused, "purpose")} />
          <div className={style.pair}>
            <SelectField label={t("tokens.product")} value={product} onChange={(event) => setProduct(event.target.value)} wrong={wrongOf(refused, "product")}>
              <option value="">{t("tokens.allProducts")}</option>
              {products.data?.products.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.displayName}
                </option>
              ))}
            </SelectField>
            <SelectField label={t("tokens.role")} value={role} onChange={(event) => setRole(Number(event.target.value))} wrong={wrongOf(refused, "role")}>
              <option value={Role.UNSPECIFIED}>{t("tokens.allRoles")}</option>
              {ROLES.map((one) => (
                <option key={one} value={one}>
                  {words.role(one)}
                </option>
              ))}
            </SelectField>
          </div>
          <ExpiryField what="token" value={expiry} onChange={setExpiry} wrong={past ? t("expiry.past") : wrongOf(refused, "expire_time")} />
          {refused !== undefined && <RefusalNote thrown={refused} />}
          <Buttons>
            <Button type="submit" weight="main" busy={busy}>
              {t("tokens.do")}
            </Button>
            <Button weight="quiet" onClick={onClose}>
              {t("design:cancel")}
            </Button>
          </Buttons>
        </form>
      )}
    </Dialog>
  );
}
