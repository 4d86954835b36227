/**
 * A field of an entry that is changed where it is shown. One form at a time has the version that it began with: what somebody
 * else wrote meanwhile is shown, and not written over.
 */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type RoadmapEntry, type RoadmapEntrySchema, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { announce } from "../design/announce";
import { Button, IconButton } from "../design/Button";
import { Buttons } from "../design/Dialog";
import { TextArea } from "../design/Field";
import { Note } from "../design/parts";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import style from "./EntryPage.module.css";

const R = RoadmapService.method;

export type Patch = Omit<MessageInitShape<typeof RoadmapEntrySchema>, "$typeName">;

interface Props<T> {
  readonly label: string;
  readonly entry: RoadmapEntry;
  readonly may: boolean;
  /** In the mask of the command. */
  readonly path: "title" | "aim" | "goal" | "domain" | "when" | "release" | "items";
  readonly begin: (entry: RoadmapEntry) => T;
  readonly renderField: (value: T, set: (value: T) => void) => ReactNode;
  /** What is sent; nothing as long as it cannot be. */
  readonly patch: (value: T) => Patch | undefined;
  /** Whether the server wants to know why. */
  readonly reasoned?: boolean;
  readonly children: ReactNode;
}

export function EntryFact<T>(props: Props<T>) {
  const { label, may, children } = props;
  const { t } = useTranslation("roadmap");
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !open) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  return (
    <div className={style.fact}>
      <dt>{label}</dt>
      <dd>
        {open ? (
          <FactForm {...props} onClose={() => setOpen(false)} />
        ) : (
          <div className={style.shown}>
            <div>{children}</div>
            {may && <IconButton ref={button} icon="edit" label={t("change", { field: label })} onClick={() => setOpen(true)} />}
          </div>
        )}
      </dd>
    </div>
  );
}

function FactForm<T>({ label, entry, path, begin, renderField, patch, reasoned = false, children, onClose }: Props<T> & { onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const [base, setBase] = useState(entry);
  const [value, setValue] = useState(() => begin(entry));
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { send, busy, refused, forgive } = useCommand(R.updateRoadmapEntry, { ownRefusal: true, stale: [R.getRoadmapEntry, R.listRoadmapEntryHistory, R.listRoadmapEntries] });
  const leave = useRef(onClose);
  useEffect(() => {
    leave.current = onClose;
  });
  useEffect(() => {
    const shown = form.current;
    shown?.querySelector<HTMLElement>("input:checked, input, select, textarea")?.focus();
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") leave.current();
    };
    shown?.addEventListener("keydown", key);
    return () => shown?.removeEventListener("keydown", key);
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    const fields = patch(value);
    if (!fields || (reasoned && !reason.trim())) return;
    const answer = await send({ entry: { name: base.name, ...fields }, updateMask: { paths: [path] }, expectedVersion: base.changedAtVersion, reason: reason.trim() });
    if (!answer) return;
    announce(t("saved", { field: label }));
    onClose();
  };

  return (
    <form
      ref={form}
      className={style.form}
      noValidate
      onSubmit={(event) => void submit(event)}
    >
      {entry.changedAtVersion !== base.changedAtVersion && (
        <Note tone="warn">
          <p>{t("entryMeanwhile", { field: label })}</p>
          <div>{children}</div>
          <div>
            <Button small onClick={() => {
                setBase(entry);
                forgive();
              }}>
              {t("goOnWithMine")}
            </Button>
          </div>
        </Note>
      )}
      {renderField(value, setValue)}
      {reasoned && (
        <TextArea
          label={t("whyMove")}
          hint={t("design:reasonHint")}
          required
          rows={2}
          value={reason}
          wrong={asked && !reason.trim() ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      {asked && !patch(value) && <p className={style.wrong}>{t("incomplete")}</p>}
      {refused && <RefusalNote thrown={refused} />}
      <Buttons>
        <Button weight="main" type="submit" busy={busy}>
          {t("design:save")}
        </Button>
        <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
      </Buttons>
    </form>
  );
}
