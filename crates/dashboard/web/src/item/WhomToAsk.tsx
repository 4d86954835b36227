/** Whom to ask about the item: who answers for it now. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { DirectoryService } from "../api/gen/koepel/v1/directory_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { useHere } from "../me/Me";
import { useItemHere } from "./itemHere";
import style from "./Facts.module.css";

export function WhomToAsk() {
  const { t } = useTranslation("item");
  const { name } = useHere();
  const { item } = useItemHere();
  const found = useQuery(DirectoryService.method.findOwner, { parent: name, what: { case: "item", value: item.name } });
  const owner = found.data?.owner;
  if (!owner) return <span className={style.none}>–</span>;
  if (!owner.ask) return <span>{t("ask.nobody")}</span>;
  const who = owner.askDisplayName;
  if (owner.ask === owner.deputy) return <span>{t("ask.deputy", { name: who, holder: owner.personDisplayName })}</span>;
  if (owner.role === Role.DOMAIN_PO && owner.ask === owner.person) return <span>{t("ask.po", { name: who, domain: owner.domainDisplayName })}</span>;
  return <span>{t("ask.chief", { name: who })}</span>;
}
