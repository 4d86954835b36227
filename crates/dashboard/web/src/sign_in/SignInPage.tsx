/** Signing in: at the organisation's identity provider if there is one, or with a token. */

import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { AdminService, type Person } from "../api/gen/koepel/v1/admin_pb";
import { refusalOf } from "../api/refusal";
import { clientOf } from "../api/transport";
import { Button } from "../design/Button";
import { CheckField, TextField } from "../design/Field";
import { Note } from "../design/parts";
import mark from "../design/koepel.svg";
import { LANGUAGES, language } from "../i18n/language";
import { speak } from "../i18n/words";
import { forget, keepToken } from "../me/credential";
import { PlainRefusal } from "../product/RefusalText";
import { tokenOffered } from "./offered";
import style from "./SignInPage.module.css";

const admin = clientOf(AdminService);

/** Who a token is of. It is tried, and not kept. */
async function ownerOf(secret: string): Promise<Person> {
  const { person } = await admin.whoAmI({}, { headers: { authorization: `Bearer ${secret}` } });
  if (!person) throw new Error("no person");
  return person;
}

export default function SignInPage({ refused, again }: { refused: unknown; again: () => void }) {
  const { t } = useTranslation("sign_in");
  const [token, setToken] = useState("");
  const [remember, setRemember] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [offered, setOffered] = useState<{ secret: string; person: Person }>();
  const provider = refused ? refusalOf(refused).values["sign_in"] : undefined;

  useEffect(() => {
    document.title = `${t("title")} · Koepel`;
    const secret = tokenOffered(location.hash);
    if (!location.hash.startsWith("#token=")) return;
    // A secret does not stay in the address, where it would be kept and shown.
    history.replaceState(null, "", location.pathname + location.search);
    if (secret) ownerOf(secret).then((person) => setOffered({ secret, person }), setFailed);
  }, [t]);

  const enter = (secret: string) => {
    keepToken(secret, remember);
    again();
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailed(undefined);
    try {
      await ownerOf(token.trim());
      enter(token.trim());
    } catch (thrown) {
      setFailed(thrown);
    } finally {
      setBusy(false);
    }
  };

  const wrong = failed && refusalOf(failed).reason !== "OFFLINE" ? t("wrong") : undefined;
  return (
    <main className={style.page}>
      <div className={style.sheet}>
        <p className={style.mark}>
          <img src={mark} alt="" width={32} height={32} /> Koepel
        </p>
        <h1>{t("title")}</h1>
        <p className={style.lead}>{t("lead")}</p>
        {offered ? (
          <div className={style.form}>
            <Note icon="person">
              <p>{t("offered", { name: offered.person.displayName })}</p>
            </Note>
            <Button weight="main" autoFocus onClick={() => enter(offered.secret)}>
              {t("as", { name: offered.person.displayName })}
            </Button>
            <Button weight="quiet" onClick={() => setOffered(undefined)}>
              {t("somebodyElse")}
            </Button>
          </div>
        ) : (
          <>
            {provider && (
              <p>
                <a className={style.provider} onClick={forget} href={`${provider}?return=${encodeURIComponent(location.pathname + location.search)}`}>
                  {t("provider")}
                </a>
              </p>
            )}
            <form className={style.form} onSubmit={(event) => void submit(event)}>
              <TextField label={t("token")} type="password" name="token" value={token} onChange={(event) => setToken(event.target.value)} hint={t("tokenHint")} wrong={wrong} required spellCheck={false} autoComplete="current-password" />
              <CheckField label={t("remember")} hint={t("rememberHint")} checked={remember} onChange={(event) => setRemember(event.target.checked)} />
              {failed && !wrong ? <PlainRefusal thrown={failed} /> : null}
              <Button weight={provider ? "plain" : "main"} type="submit" busy={busy}>
                {t("enter")}
              </Button>
            </form>
          </>
        )}
      </div>
      <p className={style.languages}>
        {LANGUAGES.map((one) => (
          <Button key={one} small weight="quiet" lang={one} aria-pressed={one === language()} onClick={() => void speak(one)}>
            {t(`app:language.${one}`)}
          </Button>
        ))}
      </p>
    </main>
  );
}
