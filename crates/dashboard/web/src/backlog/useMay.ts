/** What may be moved where by the reader, and why not, as sentences. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { useHere } from "../me/Me";
import { Act } from "../me/mandate";
import { useWhoMay } from "../product/RefusalText";
import { isProduct } from "./useBacklog";

export interface May {
  /** Why this row may not get a place in this list; `undefined` if it may. */
  readonly move: (list: string, row: BacklogRow) => string | undefined;
  readonly pin: (row: BacklogRow) => string | undefined;
  readonly domain: (row: BacklogRow) => string | undefined;
}

/** `past`: nothing may, as what was cannot be changed. */
export function useMay(past: boolean): May {
  const { t } = useTranslation("backlog");
  const here = useHere();
  const whoMay = useWhoMay();
  const readOnly = past ? t("past") : here.readOnly ? t("readOnly") : undefined;
  return useMemo(() => {
    const { mandate, domains, domain } = here;
    return {
      move(list, row) {
        if (readOnly) return readOnly;
        if (row.place === 0) return t("closedStays");
        if (isProduct(list)) return mandate.may(Act.ORDER_PRODUCT) ? undefined : whoMay(Act.ORDER_PRODUCT);
        if (row.domain !== list) return t("otherDomain", { domain: domain(list)?.displayName ?? "" });
        if (!mandate.may(Act.ORDER_DOMAIN, list)) return whoMay(Act.ORDER_DOMAIN, list);
        return row.pinned ? t("pinnedStays") : undefined;
      },
      pin: () => readOnly ?? (mandate.may(Act.PIN) ? undefined : whoMay(Act.PIN)),
      domain(row) {
        if (readOnly) return readOnly;
        const to = domains.some(({ name }) => name !== row.domain && mandate.may(Act.MOVE_ITEM, row.domain, name));
        return to ? undefined : whoMay(Act.MOVE_ITEM, row.domain);
      },
    };
    // Who may is said in the words of `here` and of the language, which `t` stands for.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [here, t, readOnly]);
}
