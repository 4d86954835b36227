/** What happened to an escalation, the newest first, and the field to say something about it. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Escalation, EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { Button } from "../design/Button";
import { TextArea } from "../design/Field";
import { Waiting } from "../design/parts";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { Ago } from "../product/shown";
import { useCommand } from "../product/useCommand";
import style from "./EscalationPage.module.css";

const E = EscalationService.method;

export function History({ name }: { name: string }) {
  const { t } = useTranslation("escalation");
  const query = useInfiniteQuery(E.listEscalationHistory, { name, pageSize: 50, pageToken: "" }, { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined });
  if (!query.data) return query.error ? <RefusalNote thrown={query.error} /> : <Waiting />;
  return (
    <>
      <ol className={style.history}>
        {query.data.pages
          .flatMap(({ entries }) => entries)
          .map((entry, index, { length }) => (
            <li key={`${entry.version}-${length - index}`}>
              <p className={style.sentence}>{entry.sentence}</p>
              {entry.reason && <p className={style.said}>{entry.reason}</p>}
              <p className={style.soft}>
                {entry.by} · <Ago time={entry.time} />
              </p>
            </li>
          ))}
      </ol>
      {query.hasNextPage && (
        <div>
          <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("list.more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** `wanted`: the reader came to say something. What was typed stays, even if they may not say it any more. */
export function Comment({ escalation, wanted, may }: { escalation: Escalation; wanted: boolean; may: boolean }) {
  const { t } = useTranslation("escalation");
  const field = useRef<HTMLTextAreaElement>(null);
  const here = useHere();
  const whoMay = useWhoMay();
  const [text, setText] = useState("");
  const { send, busy, refused } = useCommand(E.commentEscalation, { ownRefusal: true });
  useEffect(() => {
    if (wanted) field.current?.focus();
  }, [wanted]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!may || text.trim() === "") return;
    // A comment overwrites nothing: it is welcome whatever happened meanwhile.
    const answer = await send({ name: escalation.name, text: text.trim() });
    // What was typed on meanwhile is the next comment.
    if (answer) setText((now) => (now === text ? "" : now));
  };
  const mayNot = here.readOnly ? t("readOnly") : whoMay(Act.COMMENT_ESCALATION);
  if (!may && text === "") return <p className={style.soft}>{mayNot}</p>;
  return (
    <form className={style.comment} onSubmit={(event) => void submit(event)}>
      <TextArea ref={field} label={t("comment.label")} rows={2} value={text} onChange={(event) => setText(event.target.value)} />
      {!may && <p className={style.soft}>{mayNot}</p>}
      {refused && <RefusalNote thrown={refused} />}
      <div>
        <Button type="submit" small busy={busy} disabled={!may || text.trim() === ""}>
          {t("comment.send")}
        </Button>
      </div>
    </form>
  );
}
