/** What an item needs from other domains. */

import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { SelectField, TextArea } from "../design/Field";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { DomainTag } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { useItemHere } from "./itemHere";
import style from "./Section.module.css";

const B = BacklogService.method;

export function Requests() {
  const { t } = useTranslation("item");
  const { domain } = useHere();
  const { item, mayEdit } = useItemHere();
  const [asking, setAsking] = useState(false);
  const [taking, setTaking] = useState<string>();
  const ask = useRef<HTMLButtonElement>(null);
  if (item.requests.length === 0 && !mayEdit) return null;
  return (
    <section className={style.section} aria-labelledby="requests">
      <div className={style.top}>
        <h2 id="requests">{t("requests.title")}</h2>
        {mayEdit && (
          <Button ref={ask} small weight="quiet" icon="plus" onClick={() => setAsking(true)}>
            {t("requests.ask")}
          </Button>
        )}
      </div>
      {item.requests.length === 0 && <p className={style.soft}>{t("requests.none")}</p>}
      <ul className={style.rows}>
        {item.requests.map((request) => (
          <li key={request.domain}>
            <DomainTag name={request.domain} />
            <span className={style.grow}>{request.ask}</span>
            {mayEdit && (
              <Button small weight="quiet" aria-label={t("requests.withdrawFrom", { domain: domain(request.domain)?.displayName ?? "" })} onClick={() => setTaking(request.domain)}>
                {t("requests.withdraw")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking && <Ask onClose={() => setAsking(false)} />}
      {taking && (
        <Withdraw
          domain={taking}
          onClose={(done) => {
            setTaking(undefined);
            if (done) requestAnimationFrame(() => ask.current?.focus());
          }}
        />
      )}
    </section>
  );
}

function Ask({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("item");
  const { domains } = useHere();
  const { item, again } = useItemHere();
  const others = domains.filter((domain) => domain.name !== item.domain);
  const [of, setOf] = useState(others[0]?.name ?? "");
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const { send, busy, refused } = useCommand(B.requestDomain, { stale: [B.listItemHistory], ownRefusal: true });
  const before = item.requests.find((request) => request.domain === of);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWrong(!text.trim());
    if (!text.trim() || busy) return;
    const answer = await send({ name: item.name, domain: of, ask: text.trim(), expectedVersion: item.changedAtVersion });
    await again();
    if (answer) onClose();
  };
  return (
    <Dialog title={t("requests.askTitle", { item: item.key })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <SelectField label={t("requests.of")} value={of} onChange={(event) => setOf(event.target.value)}>
          {others.map((domain) => (
            <option key={domain.name} value={domain.name}>
              {domain.displayName}
            </option>
          ))}
        </SelectField>
        {before && <p className={style.soft}>{t("requests.before", { ask: before.ask })}</p>}
        <TextArea label={t("requests.what")} maxLength={2_000} value={text} wrong={wrong ? t("wrong.empty") : undefined} onChange={(event) => setText(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("requests.ask")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function Withdraw({ domain, onClose }: { domain: string; onClose: (done: boolean) => void }) {
  const { t } = useTranslation("item");
  const { item, again } = useItemHere();
  const [reason, setReason] = useState("");
  const { send, busy, refused } = useCommand(B.withdrawRequest, { stale: [B.listItemHistory], ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const answer = await send({ name: item.name, domain, reason, expectedVersion: item.changedAtVersion });
    await again();
    if (answer) onClose(true);
  };
  return (
    <Dialog title={t("requests.withdrawTitle")} onClose={() => onClose(false)}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextArea label={t("reasonIfAny")} hint={t("design:reasonHint")} value={reason} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("requests.withdraw")}
          </Button>
          <Button weight="quiet" onClick={() => onClose(false)}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
