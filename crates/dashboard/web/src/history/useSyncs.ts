/** The product's syncs, the last one first: those that ended, and the one that is being held. */

import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { type Sync, SyncService } from "../api/gen/koepel/v1/sync_pb";
import { useHere } from "../me/Me";

export interface Syncs {
  /** Whether it is known which there are. */
  readonly isKnown: boolean;
  readonly ended: readonly Sync[];
  readonly held: Sync | undefined;
}

export function useSyncs(): Syncs {
  const { name } = useHere();
  const { data, isFetched } = useQuery(SyncService.method.listSyncs, { parent: name, pageSize: 200 });
  return useMemo(() => {
    const syncs = data?.syncs ?? [];
    return { isKnown: isFetched, ended: syncs.filter((sync) => sync.closeTime), held: syncs.find((sync) => !sync.closeTime) };
  }, [data, isFetched]);
}
