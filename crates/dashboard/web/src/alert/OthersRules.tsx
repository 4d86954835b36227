/** Rules of roles and of other people, for those who manage alerts. */

import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { focusAfter } from "../design/focusAfter";
import { useKnownPeople } from "../admin/useKnownPeople";
import { type AlertRule, AlertService } from "../api/gen/koepel/v1/alert_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Menu } from "../design/Menu";
import { Empty } from "../design/parts";
import { toast } from "../design/Toasts";
import { useHere } from "../me/Me";
import { useCommand } from "../product/useCommand";
import style from "../admin/admin.module.css";
import { useReceiverWords } from "./alertWords";
import { ReceiverField, receiverOf } from "./ReceiverField";
import { RuleForm } from "./RuleForm";
import { RuleWords } from "./RuleWords";

const A = AlertService.method;

export function OthersRules({ rules }: { rules: readonly AlertRule[] }) {
  const { t } = useTranslation("alert");
  const here = useHere();
  const receiver = useReceiverWords();
  const section = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<"add" | AlertRule>();
  const remove = useCommand(A.removeAlertRule, { stale: [A.listAlertRules], done: () => toast("good", t("rule.removed")) });
  const take = async (rule: AlertRule) => {
    if (await remove.send({ parent: here.name, receiver: rule.receiver })) focusAfter(section.current);
  };
  return (
    <section ref={section} className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("others.title")}</h2>
          <p>{t("others.text")}</p>
        </div>
        <div className={style.actions}>
          <Button icon="plus" onClick={() => setOpen("add")}>
            {t("others.add")}
          </Button>
        </div>
      </div>
      {rules.length === 0 && <Empty title={t("others.none")}>{t("others.noneText")}</Empty>}
      <ul className={style.rows}>
        {rules.map((rule) => {
          const name = receiver(rule.receiver);
          return (
            <li key={JSON.stringify(rule.receiver?.receiver)} className={style.row}>
              <div>
                <h3>{name}</h3>
                <RuleWords rule={rule} />
              </div>
              <Menu
                label={t("others.menu", { name })}
                items={[
                  { key: "edit", label: t("others.edit"), icon: "edit", act: () => setOpen(rule) },
                  { key: "remove", label: t("others.remove"), icon: "close", act: () => void take(rule) },
                ]}
              />
            </li>
          );
        })}
      </ul>
      {open && <RuleDialog rule={open === "add" ? undefined : open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function RuleDialog({ rule, onClose }: { rule: AlertRule | undefined; onClose: () => void }) {
  const { t } = useTranslation("alert");
  const people = useKnownPeople();
  const receiver = useReceiverWords();
  const [draft, setDraft] = useState({ role: Role.DOMAIN_PO as Role, domain: "", person: "" });
  return (
    <Dialog wide title={rule ? t("others.editTitle", { name: receiver(rule.receiver) }) : t("others.add")} onClose={onClose}>
      <RuleForm
        receiver={rule ? rule.receiver : receiverOf(draft, people)}
        rule={rule}
        before={rule ? undefined : <ReceiverField value={draft} people={people} onChange={setDraft} />}
        onSaved={onClose}
      >
        <Button weight="quiet" onClick={onClose}>
          {t("design:cancel")}
        </Button>
      </RuleForm>
    </Dialog>
  );
}
