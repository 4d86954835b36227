/** The words of rows, looked up once for a whole list: a long one would look them up thousands of times while it scrolls. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ItemKind, ItemStatus, Moscow } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { domainColour } from "../product/shown";
import { useHere, useMe } from "../me/Me";
import { useEventWords } from "../app/eventWords";

export interface RowWords {
  readonly reader: string;
  readonly grip: string;
  readonly kind: Readonly<Record<number, string>>;
  readonly status: Readonly<Record<number, string>>;
  readonly moscow: Readonly<Record<number, string>>;
  readonly domain: (name: string) => { readonly name: string; readonly colour: string };
  readonly menuOf: (key: string) => string;
  readonly changedBy: (type: string, actor: string) => string;
}

const each = <T extends Readonly<Record<string, string | number>>>(values: T, word: (name: string) => string): Readonly<Record<number, string>> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (typeof value === "number" && value > 0 ? [[value, word(name)]] : [])));

export function useRowWords(): RowWords {
  const { t, i18n } = useTranslation("backlog");
  const { domains, nameOf } = useHere();
  const happened = useEventWords();
  const reader = useMe()?.name ?? "";
  const { language } = i18n;
  return useMemo(() => {
    const known = new Map(domains.map(({ name, displayName }) => [name, { name: displayName, colour: domainColour(domains, name) }]));
    return {
      reader,
      grip: t("grip"),
      kind: each(ItemKind, (name) => t(`design:kind.${name}`)),
      status: each(ItemStatus, (name) => t(`design:status.${name}`)),
      moscow: each(Moscow, (name) => t(`design:moscow.${name}`)),
      domain: (name) => known.get(name) ?? { name: idOf(name), colour: domainColour(domains, name) },
      menuOf: (key) => t("menu.of", { key }),
      changedBy: (type, actor) => t("changedBy", { name: actor === "people/system" ? t("system") : nameOf(actor), happened: happened(type) }),
    };
    // What happened is said in the language, which is named.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [t, language, domains, nameOf, reader]);
}
