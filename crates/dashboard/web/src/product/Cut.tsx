/** Says that a list is not the whole one. */

import { useTranslation } from "react-i18next";
import { number } from "../i18n/format";
import style from "../design/parts.module.css";

/** `page`: the only page that was asked for; `shown`: how many are on it. */
export function Cut({ page, shown }: { page: { readonly nextPageToken: string } | undefined; shown: number }) {
  const { t } = useTranslation("design");
  return page?.nextPageToken ? <p className={style.cut}>{t("cut", { shown: number(shown) })}</p> : null;
}
