/** The items of some names, as they are now. What is not there yet, or not any more, is left out. */

import { createQueryOptions, useTransport } from "@connectrpc/connect-query";
import { useQueries } from "@tanstack/react-query";
import { BacklogService, type Item } from "../api/gen/koepel/v1/backlog_pb";

export function useItems(names: readonly string[]): ReadonlyMap<string, Item> {
  const transport = useTransport();
  return useQueries({
    queries: [...new Set(names)].map((name) => createQueryOptions(BacklogService.method.getItem, { name }, { transport })),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }) => {
          const item = data?.item;
          return item ? [[item.name, item] as const] : [];
        }),
      ),
  });
}
