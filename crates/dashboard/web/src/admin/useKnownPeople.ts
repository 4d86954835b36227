/** Whom one may mean here: who has a role in the product, and for administrators everybody whom the server knows. */

import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { AdminService } from "../api/gen/koepel/v1/admin_pb";
import { useHereIfAny, useMe } from "../me/Me";
import { type Known, merged } from "./people";

export function useKnownPeople(): readonly Known[] {
  const here = useHereIfAny();
  const me = useMe();
  const all = useQuery(AdminService.method.listPeople, { pageSize: 1_000 }, { enabled: me?.administrator === true });
  return useMemo(() => {
    const inRoles = [...(here?.grants ?? []), ...(here?.deputies ?? [])].map((one) => ({ name: one.person, displayName: one.personDisplayName }));
    return merged(inRoles, (all.data?.people ?? []).filter((person) => !person.erased));
  }, [here, all.data]);
}
