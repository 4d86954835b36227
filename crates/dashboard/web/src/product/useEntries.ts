/** The entries of the roadmap of some names, as they are now or were then. What is not there yet, or not any more, is left out. */

import { createQueryOptions, useTransport } from "@connectrpc/connect-query";
import { useQueries } from "@tanstack/react-query";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";

export function useEntries(names: readonly string[], moment?: Moment): ReadonlyMap<string, RoadmapEntry> {
  const transport = useTransport();
  return useQueries({
    queries: [...new Set(names)].map((name) => createQueryOptions(RoadmapService.method.getRoadmapEntry, { name, ...(moment ? { asOf: moment } : {}) }, { transport })),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }) => {
          const entry = data?.entry;
          return entry ? [[entry.name, entry] as const] : [];
        }),
      ),
  });
}
