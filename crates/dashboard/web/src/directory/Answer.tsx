/** The directory's answer, as a person would say it. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSeatWords } from "../product/useSeatWords";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { DirectoryService, type Owner } from "../api/gen/koepel/v1/directory_pb";
import { idOf } from "../api/names";
import { Card, Note, Waiting } from "../design/parts";
import { day, dayOfMoment } from "../i18n/format";
import { useHere } from "../me/Me";
import { RefusalNote } from "../product/RefusalText";
import { ResourceLink } from "../product/shown";
import { asked, type Question } from "./question";
import style from "./directory.module.css";

export function Answer({ question }: { question: Question }) {
  const { t } = useTranslation("directory");
  const here = useHere();
  const request = asked(here.name, question);
  const found = useQuery(DirectoryService.method.findOwner, request ?? { parent: here.name }, { enabled: request !== undefined, placeholderData: keepPreviousData });
  if (!request) return null;
  if (found.error) return <RefusalNote thrown={found.error} />;
  if (!found.data?.owner) return <Waiting />;
  const { owner, others, fallback, gap } = found.data;
  return (
    <section className={style.answer} aria-label={t("answer")} aria-live="polite" aria-busy={found.isFetching}>
      <Card>
        <Said owner={owner} fallback={fallback} />
      </Card>
      {fallback && (
        <Note tone="warn" icon="why">
          <p>{gap ? t("gapNoted") : t("fallback")}</p>
        </Note>
      )}
      {others.length > 0 && (
        <div className={style.others}>
          <h3>{t("others")}</h3>
          <ul>
            {others.map((one) => (
              <li key={`${one.role} ${one.domain} ${one.person} ${one.subject}`}>
                <Other owner={one} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function useOwnerWords() {
  const { nameOf } = useHere();
  const seatWords = useSeatWords();
  return (owner: Owner) => ({
    ask: owner.askDisplayName || (owner.ask && nameOf(owner.ask)),
    holder: owner.personDisplayName || (owner.person && nameOf(owner.person)),
    // One person whom the escalation points name has no seat by that.
    seat: owner.role === Role.UNSPECIFIED ? "" : seatWords(owner.role, owner.domain),
  });
}

function Said({ owner, fallback }: { owner: Owner; fallback: boolean }) {
  const { t } = useTranslation("directory");
  const { ask, holder, seat } = useOwnerWords()(owner);
  const since = dayOfMoment(owner.sinceTime);
  const until = day(owner.deputyTerm?.lastDay);
  const deputy = owner.deputy !== "" && owner.ask === owner.deputy;
  return (
    <div className={style.said}>
      <h2>{ask ? t("askName", { name: ask }) : t("askNobody")}</h2>
      {seat && (
        <p>
          {deputy && holder
            ? until
              ? t("deputyUntil", { holder, seat, until })
              : t("deputyFor", { holder, seat })
            : !owner.person
              ? t("vacant", { seat })
              : owner.ask !== owner.person
                ? t("holderIs", { holder, seat })
                : since
                  ? t("since", { seat, since })
                  : t("seatOnly", { seat })}
        </p>
      )}
      {owner.decider && <p>{t("decides")}</p>}
      {!fallback && (owner.foundBy || owner.subject) && (
        <p className={style.how}>
          {t("foundBy")} {owner.foundBy} {owner.subject && <ResourceLink name={owner.subject}>{owner.domain === owner.subject ? owner.domainDisplayName : idOf(owner.subject)}</ResourceLink>}
        </p>
      )}
    </div>
  );
}

function Other({ owner }: { owner: Owner }) {
  const { t } = useTranslation("directory");
  const { ask, seat } = useOwnerWords()(owner);
  return (
    <>
      <span className={style.strong}>{ask || t("nobody")}</span>{" "}
      <span className={style.soft}>
        {seat} {owner.foundBy && `(${owner.foundBy})`}
      </span>
    </>
  );
}
