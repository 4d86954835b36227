/** From which day to which, in words. */

import { useTranslation } from "react-i18next";
import type { Term } from "../api/gen/koepel/v1/product_pb";
import { day } from "../i18n/format";

export function TermText({ term }: { term: Term | undefined }) {
  const { t } = useTranslation("admin");
  const first = day(term?.firstDay);
  const last = day(term?.lastDay);
  if (first && last) return <>{t("term.both", { first, last })}</>;
  if (first) return <>{t("term.from", { first })}</>;
  if (last) return <>{t("term.until", { last })}</>;
  return <>{t("term.open")}</>;
}
