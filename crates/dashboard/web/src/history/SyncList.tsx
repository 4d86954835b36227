/** PO-syncs: begin one, end it with what came of it, and look at what changed in those that were held. */

import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { Act } from "../api/gen/koepel/v1/product_pb";
import { type Sync, SyncService } from "../api/gen/koepel/v1/sync_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea, TextField } from "../design/Field";
import { toast } from "../design/Toasts";
import { day as dayInWords } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { Ago } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { dayOf } from "./days";
import type { Syncs } from "./useSyncs";
import style from "./SyncList.module.css";

const S = SyncService.method;
const FEW = 8;

const titleOf = (sync: Sync) => sync.displayName || idOf(sync.name);

export function SyncList({ syncs, today }: { syncs: Syncs; today: string }) {
  const { t } = useTranslation("history");
  const { mandate, readOnly } = useHere();
  const whoMay = useWhoMay();
  const [path] = useLocation();
  const [open, setOpen] = useState<"begin" | "end">();
  const [all, setAll] = useState(false);
  const { held, ended, isKnown } = syncs;
  const mayHold = !readOnly && mandate.mayAnywhere(Act.HOLD_SYNC);
  if (!isKnown) return null;
  return (
    <section className={style.syncs} aria-labelledby="syncs">
      <h2 id="syncs">{t("sync.title")}</h2>
      {held ? (
        <div className={style.held}>
          <p>
            <strong>{titleOf(held)}</strong>
          </p>
          <p className={style.soft}>
            {t("sync.held")} <Ago time={held.startTime} />
          </p>
          {mayHold && (
            <Button weight="main" onClick={() => setOpen("end")}>
              {t("sync.end")}
            </Button>
          )}
        </div>
      ) : (
        mayHold && <Button onClick={() => setOpen("begin")}>{t("sync.begin")}</Button>
      )}
      {!mayHold && !readOnly && <p className={style.soft}>{whoMay(Act.HOLD_SYNC)}</p>}
      {ended.length === 0 && !held && <p className={style.soft}>{t("sync.none")}</p>}
      <ol className={style.list}>
        {(all ? ended : ended.slice(0, FEW)).map((sync, index) => {
          const before = ended[index + 1];
          return (
            <li key={sync.name}>
              <p>
                <strong>{titleOf(sync)}</strong>
              </p>
              <p className={style.soft}>{sync.closeTime && dayInWords(new Date(dayOf(timestampDate(sync.closeTime))), "long")}</p>
              {sync.summary && <p className={style.summary}>{sync.summary}</p>}
              <p className={style.ways}>
                <Link href={`${path}?from=${sync.startVersion}&to=${sync.closeVersion}`}>{t("sync.inIt")}</Link>
                <Link href={`${path}?from=${before ? encodeURIComponent(`sync:${idOf(before.name)}`) : "0"}&to=${encodeURIComponent(`sync:${idOf(sync.name)}`)}`}>
                  {before ? t("sync.untilIt") : t("sync.untilFirst")}
                </Link>
              </p>
            </li>
          );
        })}
      </ol>
      {ended.length > FEW && !all && (
        <Button small weight="quiet" onClick={() => setAll(true)}>
          {t("sync.all", { count: ended.length })}
        </Button>
      )}
      {open === "begin" && <Begin today={today} onClose={() => setOpen(undefined)} />}
      {open === "end" && held && <End sync={held} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Begin({ today, onClose }: { today: string; onClose: () => void }) {
  const { t } = useTranslation("history");
  const { name } = useHere();
  const [title, setTitle] = useState(() => t("sync.titleOf", { day: dayInWords(new Date(today), "long") }));
  const { send, busy, refused } = useCommand(S.startSync, { stale: [S.listSyncs], ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const answer = await send({ parent: name, displayName: title.trim() });
    if (!answer) return;
    toast("good", t("sync.begun"));
    onClose();
  };
  return (
    <Dialog title={t("sync.begin")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{t("sync.beginText")}</p>
        <TextField label={t("sync.name")} maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("sync.begin")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function End({ sync, onClose }: { sync: Sync; onClose: () => void }) {
  const { t } = useTranslation("history");
  const [seen] = useState(sync.changedAtVersion);
  const [summary, setSummary] = useState("");
  const { send, busy, refused } = useCommand(S.closeSync, { stale: [S.listSyncs], ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const answer = await send({ name: sync.name, summary: summary.trim(), expectedVersion: seen });
    if (!answer) return;
    toast("good", t("sync.ended"));
    onClose();
  };
  return (
    <Dialog title={t("sync.endTitle", { sync: titleOf(sync) })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextArea label={t("sync.summary")} hint={t("sync.summaryHint")} rows={5} maxLength={2_000} value={summary} onChange={(event) => setSummary(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("sync.end")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
