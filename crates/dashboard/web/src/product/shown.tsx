/** Things of a product as they are shown everywhere: domains, people, items, times. */

import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ItemKind, ItemStatus, Moscow, Role, Topic } from "../api/gen/koepel/v1/common_pb";
import { serverNow } from "../api/clock";
import { addressOf, idOf } from "../api/names";
import { Icon, type IconName } from "../design/Icon";
import style from "../design/parts.module.css";
import { distance, moment } from "../i18n/format";
import { useHere } from "../me/Me";

/** A domain with its swatch; its id for whoever may not see more. `whole`: a long name takes more than one line. */
export function DomainTag({ name, whole = false }: { name: string; whole?: boolean }) {
  const { domain, domains } = useHere();
  const shown = domain(name)?.displayName ?? idOf(name);
  return (
    <span className={`${style.domain} ${whole ? style.whole : ""}`} title={!whole && shown.length > 32 ? shown : undefined}>
      <span className={style.swatch} style={{ "--swatch": domainColour(domains, name) } as React.CSSProperties} />
      <span>{shown}</span>
    </span>
  );
}

/** The colour of a domain: by its place among them, so that it is the same on every page. */
export function domainColour(domains: readonly { name: string }[], name: string): string {
  const index = domains.findIndex((one) => one.name === name);
  return `var(--domain-${(Math.max(index, 0) % 8) + 1})`;
}

export function PersonName({ person }: { person: string }) {
  const { nameOf } = useHere();
  return <span>{nameOf(person)}</span>;
}

/** An item's key, leading to its page. */
export function ItemLink({ name }: { name: string }) {
  return (
    <Link className={style.key} href={addressOf(name) ?? "/"}>
      {idOf(name)}
    </Link>
  );
}

/** What leads to a resource's own page; its id alone if it has none. */
export function ResourceLink({ name, children }: { name: string; children?: React.ReactNode }) {
  const address = addressOf(name);
  return address ? <Link href={address}>{children ?? idOf(name)}</Link> : <>{children ?? idOf(name)}</>;
}

export const KIND_ICONS: Readonly<Record<ItemKind, IconName>> = {
  [ItemKind.UNSPECIFIED]: "task",
  [ItemKind.EPIC]: "epic",
  [ItemKind.FEATURE]: "feature",
  [ItemKind.STORY]: "story",
  [ItemKind.TASK]: "task",
  [ItemKind.DEFECT]: "defect",
  [ItemKind.IMPEDIMENT]: "impediment",
};

export function KindSign({ kind, wordless = false }: { kind: ItemKind; wordless?: boolean }) {
  const { t } = useTranslation("design");
  const word = t(`kind.${ItemKind[kind]}`);
  const hinders = kind === ItemKind.IMPEDIMENT || kind === ItemKind.DEFECT;
  return (
    <span className={`${style.kind} ${hinders ? style.hinders : ""}`} title={wordless ? word : undefined}>
      <Icon name={KIND_ICONS[kind]} />
      <span className={wordless ? "visually-hidden" : undefined}>{word}</span>
    </span>
  );
}

export const DOTS: Readonly<Partial<Record<ItemStatus, string>>> = {
  [ItemStatus.READY]: "ready",
  [ItemStatus.IN_PROGRESS]: "progress",
  [ItemStatus.DONE]: "done",
  [ItemStatus.DROPPED]: "dropped",
};

export function StatusSign({ status, wordless = false }: { status: ItemStatus; wordless?: boolean }) {
  const { t } = useTranslation("design");
  const word = t(`status.${ItemStatus[status]}`);
  const dot = DOTS[status];
  return (
    <span className={style.status} title={wordless ? word : undefined}>
      <span className={`${style.dot} ${dot ? style[dot] : ""}`} />
      <span className={wordless ? "visually-hidden" : undefined}>{word}</span>
    </span>
  );
}

/** The words for enums, in the reader's language. */
export function useWords() {
  const { t } = useTranslation("design");
  return {
    kind: (kind: ItemKind) => t(`kind.${ItemKind[kind]}`),
    status: (status: ItemStatus) => t(`status.${ItemStatus[status]}`),
    moscow: (moscow: Moscow) => t(`moscow.${Moscow[moscow]}`),
    role: (role: Role) => t(`role.${Role[role]}`),
    topic: (topic: Topic) => t(`topic.${Topic[topic]}`),
  };
}

/** The time of now, again each half minute. */
export function useNow(): Date {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How far away a moment is; the moment itself when it is pointed at. */
export function Ago({ time }: { time: Timestamp | undefined }) {
  const now = useNow();
  if (!time) return null;
  const date = timestampDate(time);
  return (
    <time dateTime={date.toISOString()} title={moment(date)}>
      {distance(date, now)}
    </time>
  );
}

/** A moment, written out. */
export function Moment({ time }: { time: Timestamp | undefined }) {
  if (!time) return null;
  return <time dateTime={timestampDate(time).toISOString()}>{moment(time)}</time>;
}
