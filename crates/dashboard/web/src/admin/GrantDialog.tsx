/** Gives somebody a role, from a day to a day, in place of the present holder if it is a seat. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { ProductService, type Term } from "../api/gen/koepel/v1/product_pb";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { CheckField, SelectField, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { dayOfIso, isoDay } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { labelOf, personOf } from "./people";
import { PersonField } from "./PersonField";
import { domainNeed, isSeat, ownZone, ROLES } from "./roles";
import { useSeatWords } from "../product/useSeatWords";
import { useKnownPeople } from "./useKnownPeople";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

/** What the form begins with. */
export interface GrantFor {
  readonly role: Role;
  readonly domain: string;
  readonly person?: string;
  readonly term?: Term | undefined;
  readonly firstDay?: string;
}

const P = ProductService.method;

export function GrantDialog({ preset, onClose }: { preset?: GrantFor | undefined; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const here = useHere();
  const words = useWords();
  const seatWords = useSeatWords();
  const people = useKnownPeople();
  const offered = ROLES.filter((one) => here.mandate.may(one === Role.CHIEF_PO ? Act.SEAT_CHIEF : Act.GRANT_ROLES));
  const begun = people.find((one) => one.name === preset?.person);
  const [person, setPerson] = useState(begun ? labelOf(begun) : (preset?.person ?? ""));
  const [role, setRole] = useState<Role>(preset?.role ?? Role.MEMBER);
  const [domain, setDomain] = useState(preset?.domain ?? "");
  const [first, setFirst] = useState(preset?.firstDay ?? isoDay(preset?.term?.firstDay));
  const [last, setLast] = useState(isoDay(preset?.term?.lastDay));
  const [replace, setReplace] = useState(Boolean(preset?.person));
  const [reason, setReason] = useState("");
  const { send, busy, refused } = useCommand(P.grantRole, { stale: [P.listRoles, P.getProduct], ownRefusal: true });

  const need = domainNeed(role);
  const where = need === "refused" ? "" : domain;
  const zone = preset?.term?.timeZone || ownZone();
  const holder = here.grants.find((one) => isSeat(role) && one.role === role && one.domain === where);
  const taken = refused ? refusalOf(refused).reason === "SEAT_TAKEN" : false;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const who = personOf(person, people);
    if (busy || !who) return;
    const days = first || last;
    const answer = await send({
      product: here.name,
      person: who,
      role,
      domain: where,
      replace: replace && (isSeat(role) || Boolean(preset?.person)),
      reason: reason.trim(),
      firstDay: dayOfIso(first),
      lastDay: dayOfIso(last),
      timeZone: days ? zone : "",
    });
    if (!answer) return;
    toast("good", t("grant.done"));
    onClose();
  };

  return (
    <Dialog title={preset?.person ? t("grant.change") : t("grant.title")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <PersonField label={t("column.person")} people={people} value={person} onChange={setPerson} wrong={wrongOf(refused, "person")} />
        <SelectField label={t("column.role")} value={role} onChange={(event) => setRole(Number(event.target.value))} wrong={wrongOf(refused, "role")}>
          {offered.map((one) => (
            <option key={one} value={one}>
              {words.role(one)}
            </option>
          ))}
        </SelectField>
        {need !== "refused" && (
          <SelectField label={t("column.domain")} value={domain} required={need === "required"} onChange={(event) => setDomain(event.target.value)} wrong={wrongOf(refused, "domain")}>
            <option value="">{need === "required" ? t("grant.choose") : t("grant.wholeProduct")}</option>
            {here.domains.map((one) => (
              <option key={one.name} value={one.name}>
                {one.displayName}
              </option>
            ))}
          </SelectField>
        )}
        <div className={style.pair}>
          <TextField type="date" label={t("grant.first")} value={first} max={last || undefined} onChange={(event) => setFirst(event.target.value)} wrong={wrongOf(refused, "first_day", "time_zone")} />
          <TextField type="date" label={t("grant.last")} value={last} min={first || undefined} onChange={(event) => setLast(event.target.value)} wrong={wrongOf(refused, "last_day")} />
        </div>
        <p className={style.small}>{t("grant.zone", { zone })}</p>
        {isSeat(role) && (holder || taken) && (
          <CheckField
            label={holder ? t("grant.replace", { name: here.nameOf(holder.person) }) : t("grant.replaceAny")}
            hint={t("grant.replaceHint", { seat: seatWords(role, where) })}
            checked={replace}
            onChange={(event) => setReplace(event.target.checked)}
          />
        )}
        <TextField label={t("design:reason")} hint={t("design:reasonHint")} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {preset?.person ? t("design:save") : t("grant.do")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
