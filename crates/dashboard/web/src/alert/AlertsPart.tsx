/** Who is told what, by which way and when: one's own, and for those who may, that of others. */

import { create } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AlertReceiverSchema, type AlertRule, AlertService } from "../api/gen/koepel/v1/alert_pb";
import { Button } from "../design/Button";
import { Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { list } from "../i18n/format";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import style from "../admin/admin.module.css";
import { useChannelWord, useRuleWords } from "./alertWords";
import { ContactForm } from "./ContactForm";
import { OthersRules } from "./OthersRules";
import { plainRule } from "./rule";
import { RuleForm } from "./RuleForm";
import { RuleWords } from "./RuleWords";
import { Targets } from "./Targets";

const A = AlertService.method;

export function AlertsPart() {
  const here = useHere();
  const me = useMe();
  const rules = useQuery(A.listAlertRules, { parent: here.name });
  const isOwn = (rule: AlertRule) => rule.receiver?.receiver.case === "person" && rule.receiver.receiver.value === me?.name;
  return (
    <div className={style.part}>
      {rules.error && <RefusalNote thrown={rules.error} />}
      {!rules.data && !rules.error && <Waiting lines={6} />}
      {rules.data && <OwnRule rule={rules.data.rules.find(isOwn)} />}
      <ContactForm />
      <Targets />
      {rules.data && here.mandate.may(Act.MANAGE_ALERTS) && <OthersRules rules={rules.data.rules.filter((rule) => !isOwn(rule))} />}
    </div>
  );
}

function OwnRule({ rule }: { rule: AlertRule | undefined }) {
  const { t } = useTranslation("alert");
  const here = useHere();
  const me = useMe();
  const channelWord = useChannelWord();
  const words = useRuleWords();
  const [editing, setEditing] = useState(false);
  const receiver = create(AlertReceiverSchema, { receiver: { case: "person", value: me?.name ?? "" } });
  const test = useCommand(A.sendTestAlert, {
    stale: [A.listDeliveries],
    done: ({ deliveries }) => {
      const ways = [...new Set(deliveries.map((one) => channelWord(one.channel)))];
      toast("good", ways.length > 0 ? t("test.sent", { ways: list(ways) }) : t("test.nowhere"));
    },
  });
  const remove = useCommand(A.removeAlertRule, { stale: [A.listAlertRules], done: () => toast("good", t("rule.removed")) });
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("mine.title")}</h2>
          {!editing && (rule ? <RuleWords rule={rule} /> : words(plainRule("UTC"), receiver).map((sentence) => <p key={sentence}>{sentence}</p>))}
          {!editing && !rule && <p className={style.small}>{t("mine.none")}</p>}
        </div>
        <div className={style.actions}>
          {!editing && (
            <Button icon="edit" onClick={() => setEditing(true)}>
              {t("mine.edit")}
            </Button>
          )}
          <Button icon="bell" busy={test.busy} onClick={() => void test.send({ parent: here.name })}>
            {t("test.do")}
          </Button>
        </div>
      </div>
      {editing && (
        <RuleForm receiver={receiver} rule={rule} onSaved={() => setEditing(false)}>
          {rule && (
            <Button
              weight="danger"
              busy={remove.busy}
              onClick={() => {
                void remove.send({ parent: here.name, receiver }).then((answer) => answer && setEditing(false));
              }}
            >
              {t("mine.remove")}
            </Button>
          )}
          <Button weight="quiet" onClick={() => setEditing(false)}>
            {t("design:cancel")}
          </Button>
        </RuleForm>
      )}
    </section>
  );
}
