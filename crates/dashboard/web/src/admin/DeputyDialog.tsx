/** Names somebody who stands in for the holder of a seat, until a day. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { dayOfIso } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { personOf } from "./people";
import { PersonField } from "./PersonField";
import { ownZone } from "./roles";
import { useSeatWords } from "../product/useSeatWords";
import { useKnownPeople } from "./useKnownPeople";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const P = ProductService.method;

export function DeputyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const seatWords = useSeatWords();
  const people = useKnownPeople();
  // A seat is chosen by its domain; the Chief PO's by none.
  const seats = [...(here.mandate.may(Act.NAME_DEPUTY) ? [""] : []), ...here.mandate.domainsFor(Act.NAME_DEPUTY, here.domains.map((one) => one.name))];
  const [person, setPerson] = useState("");
  const [domain, setDomain] = useState(seats[0] ?? "");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [reason, setReason] = useState("");
  const { send, busy, refused } = useCommand(P.nameDeputy, { stale: [P.listRoles, P.getProduct], ownRefusal: true });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const who = personOf(person, people);
    if (busy || !who) return;
    const role = domain ? Role.DOMAIN_PO : Role.CHIEF_PO;
    const answer = await send({ product: here.name, person: who, role, domain, firstDay: dayOfIso(first), lastDay: dayOfIso(last), timeZone: ownZone(), reason: reason.trim() });
    if (!answer) return;
    toast("good", t("deputies.named"));
    onClose();
  };

  return (
    <Dialog title={t("deputies.name")} onClose={onClose}>
      <p className={style.soft}>{t("deputies.text")}</p>
      <form onSubmit={(event) => void submit(event)}>
        <PersonField label={t("column.person")} people={people} value={person} onChange={setPerson} wrong={wrongOf(refused, "person")} />
        <SelectField label={t("column.standsIn")} value={domain} onChange={(event) => setDomain(event.target.value)} wrong={wrongOf(refused, "role", "domain")}>
          {seats.map((one) => (
            <option key={one} value={one}>
              {seatWords(one ? Role.DOMAIN_PO : Role.CHIEF_PO, one)}
            </option>
          ))}
        </SelectField>
        <div className={style.pair}>
          <TextField type="date" label={t("grant.first")} value={first} max={last || undefined} onChange={(event) => setFirst(event.target.value)} wrong={wrongOf(refused, "first_day", "time_zone")} />
          <TextField type="date" label={t("deputies.last")} value={last} min={first || undefined} required onChange={(event) => setLast(event.target.value)} wrong={wrongOf(refused, "last_day")} />
        </div>
        <p className={style.small}>{t("grant.zone", { zone: ownZone() })}</p>
        <TextField label={t("design:reason")} hint={t("design:reasonHint")} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("deputies.do")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
