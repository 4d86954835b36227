/** Fields for whose alerts something is about: one person, or whoever holds a role. */

import { create } from "@bufbuild/protobuf";
import { useTranslation } from "react-i18next";
import { type Known, personOf } from "../admin/people";
import { PersonField } from "../admin/PersonField";
import { domainNeed, ROLES } from "../admin/roles";
import { type AlertReceiver, AlertReceiverSchema } from "../api/gen/koepel/v1/alert_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { SelectField } from "../design/Field";
import { useHere } from "../me/Me";
import { useWords } from "../product/shown";
import style from "../admin/admin.module.css";

/** As it is typed. `role` 0 is one person. */
export interface ReceiverDraft {
  readonly role: Role;
  readonly domain: string;
  readonly person: string;
}

export function receiverOf({ role, domain, person }: ReceiverDraft, people: readonly Known[]): AlertReceiver | undefined {
  if (role !== Role.UNSPECIFIED) return create(AlertReceiverSchema, { receiver: { case: "seat", value: { role, domain: domainNeed(role) === "refused" ? "" : domain } } });
  const who = personOf(person, people);
  return who ? create(AlertReceiverSchema, { receiver: { case: "person", value: who } }) : undefined;
}

export function ReceiverField({ value, people, onChange, wrong }: { value: ReceiverDraft; people: readonly Known[]; onChange: (value: ReceiverDraft) => void; wrong?: string | undefined }) {
  const { t } = useTranslation("alert");
  const { domains } = useHere();
  const words = useWords();
  return (
    <div className={style.pair}>
      <SelectField label={t("receiver.who")} value={value.role} onChange={(event) => onChange({ ...value, role: Number(event.target.value) })} wrong={value.role === Role.UNSPECIFIED ? undefined : wrong}>
        <option value={Role.UNSPECIFIED}>{t("receiver.person")}</option>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t("receiver.role", { role: words.role(role) })}
          </option>
        ))}
      </SelectField>
      {value.role === Role.UNSPECIFIED ? (
        <PersonField label={t("receiver.name")} people={people} value={value.person} onChange={(person) => onChange({ ...value, person })} wrong={wrong} />
      ) : domainNeed(value.role) === "refused" ? null : (
        <SelectField label={t("receiver.domain")} value={value.domain} onChange={(event) => onChange({ ...value, domain: event.target.value })}>
          <option value="">{t("receiver.anyDomain")}</option>
          {domains.map((domain) => (
            <option key={domain.name} value={domain.name}>
              {domain.displayName}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}
