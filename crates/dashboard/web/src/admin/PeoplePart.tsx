/** People and tools that the server knows. */

import { useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { AdminService, type Person } from "../api/gen/koepel/v1/admin_pb";
import { idOf } from "../api/names";
import { Button } from "../design/Button";
import { Buttons, Dialog } from "../design/Dialog";
import { CheckField, TextField } from "../design/Field";
import { Menu } from "../design/Menu";
import { Empty, Note, Table, Tag, Waiting } from "../design/parts";
import { toast } from "../design/Toasts";
import { Cut } from "../product/Cut";
import { RefusalNote } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { ReasonDialog } from "../product/ReasonDialog";
import { wrongOf } from "./wrong";
import style from "./admin.module.css";

const A = AdminService.method;

export function PeoplePart() {
  const { t } = useTranslation("admin");
  const [search, setSearch] = useSearchParams();
  const wanted = search.get("q") ?? "";
  const people = useQuery(A.listPeople, { pageSize: 1_000 });
  const [open, setOpen] = useState<"create" | Person>();
  const close = () => setOpen(undefined);
  const shown = (people.data?.people ?? []).filter((person) => `${person.displayName} ${person.name}`.toLocaleLowerCase().includes(wanted.toLocaleLowerCase()));
  return (
    <section className={style.section}>
      <div className={style.bar}>
        <div>
          <h2>{t("server.people")}</h2>
          <p>{t("people.text")}</p>
        </div>
        <div className={style.actions}>
          <Button icon="plus" weight="main" onClick={() => setOpen("create")}>
            {t("people.create")}
          </Button>
        </div>
      </div>
      <div className={style.narrow}>
        <TextField type="search" label={t("people.find")} value={wanted} onChange={(event) => setSearch(event.target.value ? { q: event.target.value } : {}, { replace: true })} />
      </div>
      {people.error && <RefusalNote thrown={people.error} />}
      {!people.data && !people.error && <Waiting lines={5} />}
      {people.data && shown.length === 0 && <Empty title={t("people.none")} />}
      {shown.length > 0 && (
        <Table label={t("server.people")} head={[t("facts.name"), t("domains.id"), t("people.what"), <span key="do" className="visually-hidden">{t("column.do")}</span>]}>
          {shown.map((person) => (
            <tr key={person.name}>
              <td className={style.strong}>{person.displayName || "–"}</td>
              <td>{idOf(person.name)}</td>
              <td>
                {person.tool && <Tag>{t("people.tool")}</Tag>} {person.administrator && <Tag tone="accent">{t("people.administrator")}</Tag>} {person.erased && <Tag tone="warn">{t("people.erased")}</Tag>}
              </td>
              <td className={style.end}>
                {!person.erased && <Menu label={t("people.menu", { name: person.displayName || idOf(person.name) })} items={[{ key: "erase", label: t("people.erase"), icon: "close", act: () => setOpen(person) }]} />}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Cut page={people.data} shown={people.data?.people.length ?? 0} />
      {open === "create" && <PersonDialog onClose={close} />}
      {open && open !== "create" && (
        <ReasonDialog
          title={t("people.eraseTitle", { name: open.displayName || idOf(open.name) })}
          action={t("people.erase")}
          method={A.erasePerson}
          request={(reason) => ({ name: open.name, reason })}
          stale={[A.listPeople, A.listTokens, A.listInvitations, A.listIdentities, A.listSessions]}
          done={t("people.erasedDone")}
          typed={{ label: t("people.eraseTyped", { id: idOf(open.name) }), word: idOf(open.name) }}
          onClose={close}
        >
          <Note tone="urgent">
            <p>{t("people.eraseText")}</p>
            <p>{t("people.eraseLeft")}</p>
          </Note>
        </ReasonDialog>
      )}
    </section>
  );
}

function PersonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const [displayName, setDisplayName] = useState("");
  const [personId, setPersonId] = useState("");
  const [tool, setTool] = useState(false);
  const [administrator, setAdministrator] = useState(false);
  const { send, busy, refused } = useCommand(A.createPerson, { stale: [A.listPeople], ownRefusal: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const answer = await send({ personId: personId.trim(), displayName: displayName.trim(), tool, administrator });
    if (!answer) return;
    toast("good", t("people.created", { name: displayName.trim() }));
    onClose();
  };
  return (
    <Dialog title={t("people.create")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={t("facts.name")} hint={t("people.nameHint")} value={displayName} required maxLength={120} onChange={(event) => setDisplayName(event.target.value)} wrong={wrongOf(refused, "display_name")} />
        <TextField label={t("domains.id")} hint={t("people.idHint")} value={personId} maxLength={40} pattern="[a-z][a-z0-9\-]*" spellCheck={false} onChange={(event) => setPersonId(event.target.value)} wrong={wrongOf(refused, "person_id")} />
        <CheckField label={t("people.isTool")} checked={tool} onChange={(event) => setTool(event.target.checked)} />
        <CheckField label={t("people.isAdministrator")} hint={t("people.administratorHint")} checked={administrator} onChange={(event) => setAdministrator(event.target.checked)} />
        {refused && <RefusalNote thrown={refused} />}
        <Buttons>
          <Button type="submit" weight="main" busy={busy}>
            {t("people.do")}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            {t("design:cancel")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
