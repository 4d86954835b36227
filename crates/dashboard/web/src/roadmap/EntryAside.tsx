/** Beside an entry: whom to ask about it, the way to an escalation, and taking it off the roadmap. */

import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { DirectoryService } from "../api/gen/koepel/v1/directory_pb";
import { type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf, pageOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { TextArea } from "../design/Field";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { useWords } from "../product/shown";
import { useCommand } from "../product/useCommand";
import { beginHere } from "./beginHere";
import style from "./EntryPage.module.css";

const R = RoadmapService.method;

export function EntryAside({ entry, readOnly }: { entry: RoadmapEntry; readOnly: boolean }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const whoMay = useWhoMay();
  const [removing, setRemoving] = useState(false);
  const may = !readOnly && !entry.removed && here.mandate.may(Act.PLAN_ROADMAP, entry.domain);
  return (
    <aside className={style.aside} aria-label={t("about")}>
      <Ask entry={entry.name} />
      {!readOnly && !entry.removed && here.mandate.mayAnywhere(Act.RAISE_ESCALATION) && (
        <section>
          <h2>{t("disagree")}</h2>
          <Link href={`${pageOf(here.name, "escalations")}?raise=1&entry=${idOf(entry.name)}`}>{t("raise")}</Link>
        </section>
      )}
      {may && (
        <section>
          <h2>{t("notPlanned")}</h2>
          <Button small weight="danger" onClick={() => setRemoving(true)}>
            {t("remove")}
          </Button>
        </section>
      )}
      {!readOnly && !may && !entry.removed && <p className={style.quiet}>{t("mayNot.planThis", { who: whoMay(Act.PLAN_ROADMAP, entry.domain) })}</p>}
      {removing && <RemoveDialog entry={entry} onClose={() => setRemoving(false)} />}
    </aside>
  );
}

function Ask({ entry }: { entry: string }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const words = useWords();
  const found = useQuery(DirectoryService.method.findOwner, { parent: here.name, what: { case: "entry", value: entry } });
  const owner = found.data?.owner;
  return (
    <section>
      <h2>{t("whomToAsk")}</h2>
      {owner ? (
        owner.ask ? (
          <p>
            <strong>{owner.askDisplayName || here.nameOf(owner.ask)}</strong>
            <span className={style.seat}>{owner.domainDisplayName ? t("seatOf", { role: words.role(owner.role), domain: owner.domainDisplayName }) : words.role(owner.role)}</span>
            {owner.deputy && owner.deputy === owner.ask && <span className={style.seat}>{t("standsIn", { name: owner.personDisplayName || here.nameOf(owner.person) })}</span>}
          </p>
        ) : (
          <p>{t("nobody")}</p>
        )
      ) : (
        found.error && <RefusalNote thrown={found.error} />
      )}
    </section>
  );
}

function RemoveDialog({ entry, onClose }: { entry: RoadmapEntry; onClose: () => void }) {
  const { t } = useTranslation("roadmap");
  const here = useHere();
  const [, go] = useLocation();
  const [base] = useState(entry);
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const { send, busy, refused } = useCommand(R.removeRoadmapEntry, { ownRefusal: true, stale: [R.listRoadmapEntries, R.getRoadmapEntry] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!reason.trim()) return;
    if (!(await send({ name: entry.name, reason: reason.trim(), expectedVersion: base.changedAtVersion }))) return;
    toast("good", t("removedNow", { title: entry.title }));
    go(pageOf(here.name, "roadmap"));
  };
  return (
    <Dialog title={t("removeTitle", { title: entry.title })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{t("removeText")}</p>
        <TextArea
          label={t("design:reason")}
          hint={t("design:reasonHint")}
          required
          ref={beginHere}
          value={reason}
          wrong={asked && !reason.trim() ? t("design:refusal.REASON_MISSING") : undefined}
          onChange={(event) => setReason(event.target.value)}
        />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button weight="danger" type="submit" busy={busy}>
            {t("remove")}
          </Button>
          <Button weight="quiet" onClick={onClose}>{t("design:cancel")}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
