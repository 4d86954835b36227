/** Invites a person to sign in, and shows the link once. */

import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService } from "../api/gen/koepel/v1/admin_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { RefusalNote } from "../product/RefusalText";
import { endOf, ExpiryField, firstExpiry } from "./ExpiryField";
import { personOf } from "./people";
import { PersonField } from "./PersonField";
import { Secret } from "./Secret";
import { useKnownPeople } from "./useKnownPeople";
import { useSecretCommand } from "./useSecretCommand";
import { wrongOf } from "./wrong";

const A = AdminService.method;

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const people = useKnownPeople();
  const [person, setPerson] = useState("");
  const [expiry, setExpiry] = useState(firstExpiry("invitation"));
  const [past, setPast] = useState(false);
  const [url, setUrl] = useState<string>();
  const { send, busy, refused } = useSecretCommand(A.invitePerson, [A.listInvitations]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const who = personOf(person, people);
    const end = endOf(expiry, new Date());
    setPast(end === "wrong");
    if (busy || !who || end === "wrong") return;
    const answer = await send({ person: who, expireTime: end && timestampFromDate(end) });
    if (answer) setUrl(new URL(answer.url, location.origin).href);
  };
  return (
    <Dialog title={url ? t("invitations.made") : t("invitations.create")} onClose={onClose}>
      {url ? (
        <Secret label={t("invitations.link")} secret={url} warning={t("invitations.warning")} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <PersonField label={t("column.person")} people={people} value={person} onChange={setPerson} wrong={wrongOf(refused, "person")} />
          <ExpiryField what="invitation" value={expiry} onChange={setExpiry} wrong={past ? t("expiry.past") : wrongOf(refused, "expire_time")} />
          {refused !== undefined && <RefusalNote thrown={refused} />}
          <Buttons>
            <Button type="submit" weight="main" busy={busy}>
              {t("invitations.do")}
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
