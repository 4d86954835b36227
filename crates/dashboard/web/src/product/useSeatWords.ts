/** The name of a seat or role, with the domain that it is of. */

import { useTranslation } from "react-i18next";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { idOf } from "../api/names";
import { useHereIfAny } from "../me/Me";
import { useWords } from "./shown";

/** `PO of Offline`, `Chief PO`, `team member, Online`: within a sentence or alone. */
export function useSeatWords(): (role: Role, domain: string) => string {
  const { t } = useTranslation("design");
  const here = useHereIfAny();
  const words = useWords();
  return (role, domain) => {
    if (!domain) return words.role(role);
    const named = here?.domain(domain)?.displayName ?? idOf(domain);
    return role === Role.DOMAIN_PO ? t("seat.poOf", { domain: named }) : t("seat.inDomain", { role: words.role(role), domain: named });
  };
}
