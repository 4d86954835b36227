/** The fields of one escalation point: about what, where, by which calendar, and who decides one after the other. */

import { useTranslation } from "react-i18next";
import { Role, type Topic } from "../api/gen/koepel/v1/common_pb";
import type { Calendar } from "../api/gen/koepel/v1/escalation_point_pb";
import { Button, IconButton } from "../design/Button";
import { CheckField, SelectField, TextField } from "../design/Field";
import { useHere } from "../me/Me";
import { useWords } from "../product/shown";
import type { Known } from "./people";
import { PersonField } from "./PersonField";
import { newStep, type PointDraft, type StepDraft, TOPICS } from "./points";
import { useSeatWords } from "../product/useSeatWords";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const MOST_STEPS = 4;

interface Props {
  draft: PointDraft;
  /** Its place in the table, as the server tells what is wrong with it. */
  index: number;
  calendars: readonly Calendar[];
  people: readonly Known[];
  refused: unknown;
  onChange: (draft: PointDraft) => void;
  onRemove: () => void;
}

export function PointFields({ draft, index, calendars, people, refused, onChange, onRemove }: Props) {
  const { t } = useTranslation("admin");
  const { domains } = useHere();
  const words = useWords();
  const at = `points[${index}]`;
  const setStep = (step: StepDraft) => onChange({ ...draft, line: draft.line.map((one) => (one.key === step.key ? step : one)) });
  const toggle = (topic: Topic) => onChange({ ...draft, topics: TOPICS.filter((one) => (one === topic) !== draft.topics.includes(one)) });
  const topicsWrong = wrongOf(refused, `${at}.topics`);
  return (
    <li className={style.point}>
      <div className={style.bar}>
        <h3>{t("point.title", { number: index + 1 })}</h3>
        <IconButton icon="close" label={t("point.remove", { number: index + 1 })} onClick={onRemove} />
      </div>
      <fieldset className={style.group}>
        <legend>{t("point.topics")}</legend>
        <div className={style.checks}>
          {TOPICS.map((topic) => (
            <CheckField key={topic} label={words.topic(topic)} checked={draft.topics.includes(topic)} onChange={() => toggle(topic)} />
          ))}
        </div>
        {topicsWrong && <p className={style.wrong}>{topicsWrong}</p>}
      </fieldset>
      <div className={style.pair}>
        <SelectField label={t("point.where")} value={draft.where} onChange={(event) => onChange({ ...draft, where: event.target.value })} wrong={wrongOf(refused, `${at}.domain`, `${at}.scope`)}>
          <option value="product">{t("point.product")}</option>
          <option value="across">{t("points.across")}</option>
          {domains.map((domain) => (
            <option key={domain.name} value={domain.name}>
              {domain.displayName}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("point.calendar")} value={draft.calendar} onChange={(event) => onChange({ ...draft, calendar: event.target.value })} wrong={wrongOf(refused, `${at}.calendar`)}>
          <option value="">{t("point.defaultCalendar")}</option>
          {calendars
            .filter((calendar) => !calendar.builtIn)
            .map((calendar) => (
              <option key={calendar.name} value={calendar.name}>
                {calendar.displayName}
              </option>
            ))}
        </SelectField>
      </div>
      <ol className={style.form}>
        {draft.line.map((step, nth) => (
          <StepFields
            key={step.key}
            step={step}
            nth={nth}
            people={people}
            wrong={wrongOf(refused, ...["decider", "seat", "seat.role", "seat.domain", "deputy", "deputy.role", "deputy.domain", "person"].map((part) => `${at}.line[${nth}].${part}`), `${at}.line`)}
            wrongTime={wrongOf(refused, `${at}.line[${nth}].answer_time`)}
            onChange={setStep}
            onRemove={draft.line.length > 1 ? () => onChange({ ...draft, line: draft.line.filter((one) => one.key !== step.key) }) : undefined}
          />
        ))}
      </ol>
      {draft.line.length < MOST_STEPS && (
        <div>
          <Button small icon="plus" onClick={() => onChange({ ...draft, line: [...draft.line, newStep()] })}>
            {t("point.addStep")}
          </Button>
        </div>
      )}
    </li>
  );
}

interface StepProps {
  step: StepDraft;
  nth: number;
  people: readonly Known[];
  wrong: string | undefined;
  wrongTime: string | undefined;
  onChange: (step: StepDraft) => void;
  onRemove: (() => void) | undefined;
}

function StepFields({ step, nth, people, wrong, wrongTime, onChange, onRemove }: StepProps) {
  const { t } = useTranslation("admin");
  const { domains } = useHere();
  const seat = useSeatWords();
  const seats: readonly (readonly [string, string])[] = [
    ["chief", seat(Role.CHIEF_PO, "")],
    ["po", t("step.poConcerned")],
    ...domains.map((domain) => [`po ${domain.name}`, seat(Role.DOMAIN_PO, domain.name)] as const),
  ];
  return (
    <li className={style.step}>
      <SelectField label={nth === 0 ? t("point.decides") : t("point.then", { number: nth + 1 })} value={step.who} onChange={(event) => onChange({ ...step, who: event.target.value })} wrong={step.who === "person" ? undefined : wrong}>
        {seats.map(([who, word]) => (
          <option key={who} value={who}>
            {word}
          </option>
        ))}
        {seats.map(([who, word]) => (
          <option key={who} value={`deputy ${who}`}>
            {t("step.deputyOf", { seat: word })}
          </option>
        ))}
        <option value="person">{t("point.person")}</option>
      </SelectField>
      {step.who === "person" && <PersonField label={t("column.person")} people={people} value={step.person} onChange={(person) => onChange({ ...step, person })} wrong={wrong} />}
      <TextField label={t("point.within")} inputMode="numeric" value={step.count} required pattern="[0-9]{1,5}" onChange={(event) => onChange({ ...step, count: event.target.value })} wrong={wrongTime} />
      <SelectField label={t("point.unit")} value={step.unit} onChange={(event) => onChange({ ...step, unit: event.target.value === "hours" ? "hours" : "days" })}>
        <option value="days">{t("point.days")}</option>
        <option value="hours">{t("point.hours")}</option>
      </SelectField>
      {onRemove && <IconButton icon="close" label={t("point.removeStep", { number: nth + 1 })} onClick={onRemove} />}
    </li>
  );
}
