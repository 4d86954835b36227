/** Addresses of webhooks that alerts go to. */

import { useQuery } from "@connectrpc/connect-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { focusAfter } from "../design/focusAfter";
import { AlertService, AlertShape, type AlertTarget } from "../api/gen/koepel/v1/alert_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { Menu } from "../design/Menu";
import { Empty, Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import style from "../admin/admin.module.css";
import { useReceiverWords } from "./alertWords";
import { TargetDialog } from "./TargetDialog";

const A = AlertService.method;

export function Targets() {
  const { t } = useTranslation("alert");
  const here = useHere();
  const receiver = useReceiverWords();
  const targets = useQuery(A.listAlertTargets, { parent: here.name });
  const section = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<"create" | AlertTarget>();
  const test = useCommand(A.sendTestAlert, { stale: [A.listDeliveries], done: () => toast("good", t("targets.tested")) });
  const remove = useCommand(A.removeAlertTarget, { stale: [A.listAlertTargets, A.listDeliveries], ownRefusal: true, done: () => toast("good", t("targets.removed")) });
  const take = async (name: string) => {
    if (!(await remove.send({ name }))) return;
    setOpen(undefined);
    setTimeout(() => focusAfter(section.current));
  };
  return (
    <section ref={section} className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("targets.title")}</h2>
          <p>{t("targets.text")}</p>
        </div>
        <div className={style.actions}>
          <Button icon="plus" onClick={() => setOpen("create")}>
            {t("targets.create")}
          </Button>
        </div>
      </div>
      {targets.error && <RefusalNote thrown={targets.error} />}
      {!targets.data && !targets.error && <Waiting lines={2} />}
      {targets.data?.targets.length === 0 && <Empty title={t("targets.none")}>{t("targets.noneText")}</Empty>}
      <ul className={style.rows}>
        {targets.data?.targets.map((target) => (
          <li key={target.name} className={style.row}>
            <div>
              <h3>{idOf(target.name)}</h3>
              <p>{target.url}</p>
              <p className={style.small}>{t("targets.of", { who: receiver(target.receiver), shape: t(target.shape === AlertShape.SLACK ? "shape.slack" : "shape.standard") })}</p>
            </div>
            <Menu
              label={t("targets.menu", { name: idOf(target.name) })}
              items={[
                { key: "test", label: t("targets.test"), icon: "bell", act: () => void test.send({ parent: here.name, target: target.name }) },
                { key: "remove", label: t("targets.remove"), icon: "close", act: () => setOpen(target) },
              ]}
            />
          </li>
        ))}
      </ul>
      {open === "create" && <TargetDialog targets={targets.data?.targets ?? []} onClose={() => setOpen(undefined)} />}
      {open && open !== "create" && (
        <Dialog title={t("targets.removeTitle", { name: idOf(open.name) })} onClose={() => setOpen(undefined)}>
          <p>{t("targets.removeText")}</p>
          {remove.refused && <RefusalNote thrown={remove.refused} />}
          <Buttons>
            <Button weight="danger" busy={remove.busy} onClick={() => void take(open.name)}>
              {t("targets.remove")}
            </Button>
            <Button weight="quiet" onClick={() => setOpen(undefined)}>
              {t("design:cancel")}
            </Button>
          </Buttons>
        </Dialog>
      )}
    </section>
  );
}
