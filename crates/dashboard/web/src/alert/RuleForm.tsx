/** A form for a rule of alerts. What it means is told in words while it is changed. */

import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ownZone } from "../admin/roles";
import { WeekHoursField } from "../admin/WeekHoursField";
import { wrongOf } from "../admin/wrong";
import { AlertKind, type AlertReceiver, type AlertRule, AlertService } from "../api/gen/koepel/v1/alert_pb";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { CheckField, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import style from "../admin/admin.module.css";
import { useChannelWord, useKindWord, useRuleWords } from "./alertWords";
import { CHANNELS, draftOf, KINDS, ruleOf } from "./rule";

const A = AlertService.method;

interface Props {
  receiver: AlertReceiver | undefined;
  rule: AlertRule | undefined;
  /** What stands before the fields: whose rule it is. */
  before?: ReactNode;
  /** Other buttons at the end. */
  children?: ReactNode;
  onSaved?: () => void;
}

/** The list with the value, or without it, in the order of all. */
function toggled<T>(all: readonly T[], chosen: readonly T[], value: T): T[] {
  return all.filter((one) => (one === value) !== chosen.includes(one));
}

export function RuleForm({ receiver, rule, before, children, onSaved }: Props) {
  const { t } = useTranslation("alert");
  const here = useHere();
  const kindWord = useKindWord();
  const channelWord = useChannelWord();
  const ruleWords = useRuleWords();
  const [draft, setDraft] = useState(() => draftOf(rule, ownZone()));
  const [someKinds, setSomeKinds] = useState(draft.kinds.length > 0);
  const [tried, setTried] = useState(false);
  const { send, busy, refused } = useCommand(A.setAlertRule, { stale: [A.listAlertRules], ownRefusal: true });
  const domains = here.domains.map((one) => one.name);
  const meant = someKinds ? draft : { ...draft, kinds: [] };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const sent = receiver && ruleOf(meant, receiver);
    if (busy || !sent) return;
    if (!(await send({ parent: here.name, rule: sent }))) return;
    toast("good", t("rule.saved"));
    onSaved?.();
  };

  return (
    <form className={style.form} onSubmit={(event) => void submit(event)}>
      {before}
      <fieldset className={style.group}>
        <legend>{t("rule.channels")}</legend>
        <div className={style.checks}>
          {CHANNELS.map((channel) => (
            <CheckField key={channel} label={channelWord(channel)} checked={draft.channels.includes(channel)} onChange={() => setDraft({ ...draft, channels: toggled(CHANNELS, draft.channels, channel) })} />
          ))}
        </div>
      </fieldset>
      <fieldset className={style.group}>
        <legend>{t("rule.what")}</legend>
        <CheckField label={t("rule.everything")} hint={t("rule.everythingHint")} checked={draft.everything} onChange={(event) => setDraft({ ...draft, everything: event.target.checked })} />
        <CheckField label={t("rule.someKinds")} checked={someKinds} onChange={(event) => setSomeKinds(event.target.checked)} />
        {someKinds && (
          <div className={style.choices}>
            {KINDS.map((kind) => (
              <CheckField key={kind} label={kindWord(kind)} checked={draft.kinds.includes(kind)} onChange={() => setDraft({ ...draft, kinds: toggled<AlertKind>(KINDS, draft.kinds, kind) })} />
            ))}
          </div>
        )}
      </fieldset>
      <fieldset className={style.group}>
        <legend>{t("rule.domains")}</legend>
        <p className={style.small}>{t("rule.domainsHint")}</p>
        <div className={style.checks}>
          {here.domains.map((domain) => (
            <CheckField key={domain.name} label={domain.displayName} checked={draft.domains.includes(domain.name)} onChange={() => setDraft({ ...draft, domains: toggled(domains, draft.domains, domain.name) })} />
          ))}
        </div>
      </fieldset>
      <WeekHoursField legend={t("rule.hours")} hint={t("rule.hoursHint")} value={draft.week} onChange={(week) => setDraft({ ...draft, week })} showWrong={tried} />
      <div className={`${style.pair} ${style.narrow}`}>
        <TextField type="time" label={t("rule.digest")} hint={t("rule.digestHint")} value={draft.digest} onChange={(event) => setDraft({ ...draft, digest: event.target.value })} wrong={wrongOf(refused, "rule.schedule.digest_time")} />
        <TextField label={t("rule.zone")} value={draft.zone} spellCheck={false} onChange={(event) => setDraft({ ...draft, zone: event.target.value })} wrong={wrongOf(refused, "rule.schedule.time_zone")} />
      </div>
      <Note icon="bell">
        <div role="status">
          {ruleWords(meant, receiver).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      </Note>
      {refused && <RefusalNote thrown={refused} />}
      <Buttons>
        <Button type="submit" weight="main" busy={busy}>
          {t("design:save")}
        </Button>
        {children}
      </Buttons>
    </form>
  );
}
