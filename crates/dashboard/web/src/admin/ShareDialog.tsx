/** Makes a share link, and shows it once. */

import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Shared, ShareService } from "../api/gen/koepel/v1/share_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { endOf, ExpiryField, firstExpiry } from "./ExpiryField";
import { Secret } from "./Secret";
import { useSecretCommand } from "./useSecretCommand";
import { wrongOf } from "./wrong";

const S = ShareService.method;

export function ShareDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const [opens, setOpens] = useState<Shared>(Shared.ROADMAP);
  const [domain, setDomain] = useState(here.domains[0]?.name ?? "");
  const [purpose, setPurpose] = useState("");
  const [expiry, setExpiry] = useState(firstExpiry("link"));
  const [url, setUrl] = useState<string>();
  const [past, setPast] = useState(false);
  const { send, busy, refused } = useSecretCommand(S.createShareLink, [S.listShareLinks]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const end = endOf(expiry, new Date());
    setPast(end === "wrong");
    if (end === "wrong") return;
    const answer = await send({
      parent: here.name,
      opens,
      domain: opens === Shared.DOMAIN ? domain : "",
      purpose: purpose.trim(),
      expireTime: end && timestampFromDate(end),
    });
    // A server that does not know its public address tells the path alone.
    if (answer) setUrl(new URL(answer.url, location.origin).href);
  };

  return (
    <Dialog title={url ? t("share.made") : t("share.create")} onClose={onClose}>
      {url ? (
        <Secret label={t("share.link")} secret={url} warning={t("share.warning")} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <SelectField label={t("share.opens")} value={opens} onChange={(event) => setOpens(Number(event.target.value))} wrong={wrongOf(refused, "opens")}>
            {([Shared.ROADMAP, Shared.PRODUCT, Shared.DOMAIN] as const).map((one) => (
              <option key={one} value={one}>
                {t(`opens.${Shared[one]}`)}
              </option>
            ))}
          </SelectField>
          {opens === Shared.DOMAIN && (
            <SelectField label={t("column.domain")} value={domain} required onChange={(event) => setDomain(event.target.value)} wrong={wrongOf(refused, "domain")}>
              {here.domains.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.displayName}
                </option>
              ))}
            </SelectField>
          )}
          <TextField label={t("share.purpose")} hint={t("share.purposeHint")} value={purpose} maxLength={120} onChange={(event) => setPurpose(event.target.value)} wrong={wrongOf(refused, "purpose")} />
          <ExpiryField what="link" value={expiry} onChange={setExpiry} wrong={past ? t("expiry.past") : wrongOf(refused, "expire_time")} />
          {refused !== undefined && <RefusalNote thrown={refused} />}
          <Buttons>
            <Button type="submit" weight="main" busy={busy}>
              {t("share.do")}
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
