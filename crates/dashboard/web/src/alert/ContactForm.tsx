/** Where and in which language the reader is written to. It stays beside the log and never enters it. */

import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { wrongOf } from "../admin/wrong";
import { AlertService, type Contact } from "../api/gen/koepel/v1/alert_pb";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { LANGUAGES } from "../i18n/language";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import style from "../admin/admin.module.css";

const A = AlertService.method;

export function ContactForm() {
  const { t } = useTranslation("alert");
  const contact = useQuery(A.getContact, {});
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("contact.title")}</h2>
          <p>{t("contact.text")}</p>
        </div>
      </div>
      {contact.error && <RefusalNote thrown={contact.error} />}
      {!contact.data && !contact.error && <Waiting lines={2} />}
      {contact.data?.contact && <Fields contact={contact.data.contact} />}
    </section>
  );
}

function Fields({ contact }: { contact: Contact }) {
  const { t } = useTranslation("alert");
  const [email, setEmail] = useState(contact.email);
  const [language, setLanguage] = useState(contact.language);
  const { send, busy, refused } = useCommand(A.setContact, { stale: [A.getContact], ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (await send({ contact: { person: contact.person, email: email.trim(), language } })) toast("good", t("contact.saved"));
  };
  return (
    <form className={`${style.form} ${style.narrow}`} onSubmit={(event) => void submit(event)}>
      <div className={style.pair}>
        <TextField type="email" label={t("contact.email")} autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} wrong={wrongOf(refused, "contact.email")} />
        <SelectField label={t("contact.language")} value={language} onChange={(event) => setLanguage(event.target.value)} wrong={wrongOf(refused, "contact.language")}>
          <option value="">{t("contact.serverLanguage")}</option>
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {t(`app:language.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
      {refused && <RefusalNote thrown={refused} />}
      <Buttons>
        <Button type="submit" busy={busy}>
          {t("design:save")}
        </Button>
      </Buttons>
    </form>
  );
}
