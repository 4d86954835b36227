/** The vision in force, and publishing another one in its place. */

import { Code } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { RoadmapService, type Vision } from "../api/gen/koepel/v1/roadmap_pb";
import { refusalOf } from "../api/refusal";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea } from "../design/Field";
import { Note, Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { Moment as MomentText } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { beginHere } from "./beginHere";
import style from "./PurposeView.module.css";

const R = RoadmapService.method;

export function VisionPart({ moment, readOnly }: { moment: Moment | undefined; readOnly: boolean }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const whoMay = useWhoMay();
  const [editing, setEditing] = useState(false);
  const found = useQuery(R.getVision, { name: `${here.name}/vision`, ...(moment ? { asOf: moment } : {}) });
  const vision = found.data?.vision;
  const isNone = !vision && found.error && refusalOf(found.error).code === Code.NotFound;
  const may = !readOnly && here.mandate.may(Act.PUBLISH_VISION);
  return (
    <section className={style.part} aria-labelledby="vision">
      <header className={style.head}>
        <h2 id="vision">{t("vision")}</h2>
        {may && (vision || isNone) && (
          <Button small icon="edit" onClick={() => setEditing(true)}>
            {vision ? t("newVision") : t("writeVision")}
          </Button>
        )}
      </header>
      {vision ? (
        <>
          <p className={style.text}>{vision.text}</p>
          <p className={style.quiet}>
            {t("edition", { edition: vision.edition, author: vision.authorDisplayName || here.nameOf(vision.author) })} · <MomentText time={vision.publishTime} />
          </p>
        </>
      ) : isNone ? (
        <p className={style.quiet}>{t("noVision")}</p>
      ) : found.error ? (
        <RefusalNote thrown={found.error} />
      ) : (
        <Waiting />
      )}
      {!readOnly && !may && <p className={style.quiet}>{t("mayNot.publish", { who: whoMay(Act.PUBLISH_VISION) })}</p>}
      {editing && <VisionDialog vision={vision} onClose={() => setEditing(false)} />}
    </section>
  );
}

function VisionDialog({ vision, onClose }: { vision: Vision | undefined; onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const [base, setBase] = useState(vision);
  const [text, setText] = useState(vision?.text ?? "");
  const [reason, setReason] = useState("");
  const { send, busy, refused, forgive } = useCommand(R.publishVision, { ownRefusal: true, stale: [R.getVision] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    const answer = await send({ product: here.name, text: text.trim(), expectedVersion: base?.changedAtVersion ?? 0n, reason: reason.trim() });
    if (answer) onClose();
  };
  return (
    <Dialog title={vision ? t("newVision") : t("writeVision")} onClose={onClose} wide>
      <form onSubmit={(event) => void submit(event)}>
        {vision?.changedAtVersion !== base?.changedAtVersion && (
          <Note tone="warn">
            <p>{t("visionMeanwhile")}</p>
            <p className={style.text}>{vision?.text}</p>
            <div>
              <Button small onClick={() => {
                setBase(vision);
                forgive();
              }}>
                {t("goOnWithMine")}
              </Button>
            </div>
          </Note>
        )}
        <TextArea ref={beginHere} label={t("vision")} rows={10} required maxLength={16_000} value={text} onChange={(event) => setText(event.target.value)} />
        <TextArea label={t("whyVision")} hint={t("design:reasonHint")} value={reason} rows={2} onChange={(event) => setReason(event.target.value)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="main" type="submit" busy={busy}>
            {t("publish")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
