/** Fields of forms: a label, the control, a hint, and what is wrong with it. */

import { type ComponentProps, type ReactNode, useId } from "react";
import style from "./Field.module.css";

interface Shown {
  label: string;
  hint?: ReactNode;
  /** What is wrong; said to whoever hears the page, too. */
  wrong?: string | undefined;
  /** Shows the label to whoever hears the page alone. */
  hideLabel?: boolean;
}

function Framed({ id, label, hint, wrong, hideLabel, children }: Shown & { id: string; children: ReactNode }) {
  return (
    <div className={style.field}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : style.label}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className={style.wrong}>
          {wrong}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, wrong }: Shown) {
  const ids = [hint ? `${id}-hint` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": wrong ? true : undefined };
}

function parts<P extends Shown>({ label, hint, wrong, hideLabel, ...rest }: P) {
  const shown: Shown = { label };
  if (hint !== undefined) shown.hint = hint;
  if (wrong !== undefined) shown.wrong = wrong;
  if (hideLabel !== undefined) shown.hideLabel = hideLabel;
  return { shown, rest };
}

export function TextField(props: Shown & ComponentProps<"input">) {
  const own = useId();
  const { shown, rest } = parts(props);
  const id = rest.id ?? own;
  return (
    <Framed id={id} {...shown}>
      <input type="text" autoComplete="off" {...rest} id={id} {...described(id, shown)} className={style.control} />
    </Framed>
  );
}

export function TextArea(props: Shown & ComponentProps<"textarea">) {
  const own = useId();
  const { shown, rest } = parts(props);
  const id = rest.id ?? own;
  return (
    <Framed id={id} {...shown}>
      <textarea rows={3} {...rest} id={id} {...described(id, shown)} className={`${style.control} ${style.area}`} />
    </Framed>
  );
}

export function SelectField(props: Shown & ComponentProps<"select">) {
  const own = useId();
  const { shown, rest } = parts(props);
  const id = rest.id ?? own;
  return (
    <Framed id={id} {...shown}>
      <select {...rest} id={id} {...described(id, shown)} className={`${style.control} ${style.select}`} />
    </Framed>
  );
}

export function CheckField({ label, hint, ...rest }: { label: ReactNode; hint?: ReactNode } & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className={style.check}>
      <input {...rest} type="checkbox" id={id} aria-describedby={hint ? `${id}-hint` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
