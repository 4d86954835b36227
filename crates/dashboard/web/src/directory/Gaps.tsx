/** Questions that had no answer, until somebody closes them. */

import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ReasonDialog } from "../product/ReasonDialog";
import { DirectoryService, type Gap } from "../api/gen/koepel/v1/directory_pb";
import { Button } from "../design/Button";
import { dayOfMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { Cut } from "../product/Cut";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import style from "./directory.module.css";

const D = DirectoryService.method;

export function Gaps() {
  const { t } = useTranslation("directory");
  const here = useHere();
  const whoMay = useWhoMay();
  const gaps = useQuery(D.listGaps, { parent: here.name, pageSize: 1_000 });
  const [open, setOpen] = useState<Gap>();
  const may = here.mandate.may(Act.RESOLVE_GAP);
  const listed = gaps.data?.gaps ?? [];
  return (
    <section className={style.section}>
      <h2>{t("gaps")}</h2>
      <p className={style.soft}>{listed.length === 0 ? t("noGaps") : t("gapsText")}</p>
      {gaps.error && <RefusalNote thrown={gaps.error} />}
      {listed.length > 0 && !may && <p className={style.soft}>{whoMay(Act.RESOLVE_GAP)}</p>}
      <ul className={style.gaps}>
        {listed.map((gap) => (
          <li key={gap.name}>
            <div>
              <p className={style.strong}>{t("quoted", { question: gap.question })}</p>
              <p className={style.soft}>{t("askedBy", { name: gap.askedByDisplayName || here.nameOf(gap.askedBy), day: dayOfMoment(gap.askTime) })}</p>
            </div>
            <Button small disabled={!may} onClick={() => setOpen(gap)} aria-label={t("closeOne", { question: gap.question })}>
              {t("close")}
            </Button>
          </li>
        ))}
      </ul>
      <Cut page={gaps.data} shown={listed.length} />
      {open && (
        <ReasonDialog
          title={t("closeTitle", { question: open.question })}
          action={t("close")}
          method={D.resolveGap}
          request={(reason) => ({ name: open.name, reason })}
          stale={[D.listGaps]}
          done={t("closed")}
          gentle
          onClose={() => setOpen(undefined)}
        >
          <p>{t("closeText")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
