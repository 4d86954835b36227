/** Raising an escalation: a title is enough; what it is about, and the ways out, help whoever decides. */

import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { Topic } from "../api/gen/koepel/v1/common_pb";
import { addressOf, idOf, pageOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { CheckField, SelectField, TextArea, TextField } from "../design/Field";
import { Note } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { TOPICS } from "../product/topics";
import { bothWays, itemsOfDrafts, missingOfOption, type OptionDraft, wireOfOptions } from "./change";
import { Forecast } from "./Forecast";
import { ItemField } from "../product/ItemField";
import { OptionFields } from "./OptionFields";
import { useEntries } from "../product/useEntries";
import { useItems } from "../product/useItems";
import style from "./RaiseForm.module.css";

interface Given {
  readonly items: readonly string[];
  readonly entries: readonly string[];
  readonly topic: Topic;
  readonly title: string;
}

/** `may`: whether it can still be raised; what was typed stays if not. */
export function RaiseForm({ given, may }: { given: Given; may: boolean }) {
  const { t } = useTranslation("escalation");
  const words = useWords();
  const here = useHere();
  const [, go] = useLocation();
  const first = useRef<HTMLInputElement>(null);
  const [topic, setTopic] = useState(given.topic);
  const [title, setTitle] = useState(given.title);
  const [text, setText] = useState("");
  const [items, setItems] = useState(given.items);
  const [entries, setEntries] = useState(given.entries);
  const [domains, setDomains] = useState<readonly string[]>([]);
  const [options, setOptions] = useState<readonly OptionDraft[]>([]);
  const [tried, setTried] = useState(false);
  const { send, busy, refused } = useCommand(EscalationService.method.raiseEscalation, { ownRefusal: true });

  useEffect(() => first.current?.focus(), []);

  const changed = options.flatMap((option) => option.changes);
  const involved = [...items, ...itemsOfDrafts(changed)];
  const known = useItems(involved);
  const planned = useEntries(given.entries);
  const ofItems = new Set(involved.flatMap((name) => known.get(name)?.domain ?? []));
  for (const name of entries) {
    const domain = planned.get(name)?.domain;
    if (domain) ofItems.add(domain);
  }
  for (const change of changed) if (change.verb === "move" && change.domain) ofItems.add(change.domain);
  const concerned = here.domains.map(({ name }) => name).filter((name) => ofItems.has(name) || domains.includes(name));
  const fields = refused ? refusalOf(refused).fields : new Map<string, string>();
  const [one, other] = items;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!may) return;
    setTried(true);
    const form = event.currentTarget;
    if (title.trim() === "" || options.some((option) => missingOfOption(option))) {
      requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true], [data-wrong] input, [data-wrong] button")?.focus());
      return;
    }
    const answer = await send({
      parent: here.name,
      topic,
      title: title.trim(),
      text: text.trim(),
      items: [...items],
      roadmapEntries: [...entries],
      domains: domains.filter((name) => !ofItems.has(name)),
      options: wireOfOptions(options),
    });
    if (!answer?.escalation) return;
    toast("good", t("raise.done", { number: idOf(answer.escalation.name) }));
    go(addressOf(answer.escalation.name) ?? pageOf(here.name, "escalations"), { replace: true });
  };

  return (
    <form className={style.form} noValidate onSubmit={(event) => void submit(event)}>
      <div className={style.two}>
        <TextField
          ref={first}
          label={t("raise.title")}
          required
          maxLength={200}
          value={title}
          placeholder={t("raise.titleHint")}
          wrong={tried && title.trim() === "" ? t("missing.title") : fields.get("title")}
          onChange={(event) => setTitle(event.target.value)}
        />
        <SelectField label={t("raise.topic")} value={topic} onChange={(event) => setTopic(Number(event.target.value) as Topic)}>
          {TOPICS.map((value) => (
            <option key={value} value={value}>
              {words.topic(value)}
            </option>
          ))}
        </SelectField>
      </div>
      <ItemField label={t("raise.items")} chosen={items} most={50} wrong={fields.get("items")} onChange={setItems} />
      {given.entries.length > 0 && (
        <fieldset className={style.group}>
          <legend>{t("raise.entries")}</legend>
          {given.entries.map((name) => (
            <CheckField
              key={name}
              label={planned.get(name)?.title ?? t("page.entry", { number: idOf(name) })}
              checked={entries.includes(name)}
              onChange={(event) => setEntries(event.target.checked ? [...entries, name] : entries.filter((one) => one !== name))}
            />
          ))}
        </fieldset>
      )}
      <TextArea
        label={t("raise.text")}
        rows={4}
        value={text}
        wrong={new TextEncoder().encode(text).length > 2_000 ? t("raise.tooLong") : fields.get("text")}
        onChange={(event) => setText(event.target.value)}
      />
      <fieldset className={style.group}>
        <legend>{t("raise.domains")}</legend>
        <div className={style.domains}>
          {here.domains.map(({ name, displayName }) => (
            <CheckField
              key={name}
              label={displayName}
              checked={ofItems.has(name) || domains.includes(name)}
              disabled={ofItems.has(name)}
              onChange={(event) => setDomains(event.target.checked ? [...domains, name] : domains.filter((one) => one !== name))}
            />
          ))}
        </div>
      </fieldset>
      <section className={style.ways} aria-labelledby="ways">
        <h2 id="ways">{t("raise.options")}</h2>
        <p className={style.soft}>{t("raise.optionsHint")}</p>
        {options.length === 0 && one && other && (
          <Button small onClick={() => setOptions(bothWays(one, other, (name) => t("raise.oneFirst", { item: idOf(name) })))}>
            {t("raise.bothWays", { one: idOf(one), other: idOf(other) })}
          </Button>
        )}
        <OptionFields options={options} suggested={items} tried={tried} onChange={setOptions} />
      </section>
      <Forecast topic={topic} domains={concerned} />
      {!may && !busy && (
        <Note tone="warn" alert>
          <p>{t("lost.mandate")}</p>
        </Note>
      )}
      {refused && <RefusalNote thrown={refused} />}
      <Buttons>
        <Button type="submit" weight="main" busy={busy} disabled={!may && !busy}>
          {t("raise.send")}
        </Button>
        <Link className={style.back} href={pageOf(here.name, "escalations")}>
          {t("design:cancel")}
        </Link>
      </Buttons>
    </form>
  );
}
