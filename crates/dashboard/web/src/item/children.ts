/** Which items are parts of another. The server has no question of its own for that: they are picked out of the backlog. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { BacklogService, BacklogState, type BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { useHere } from "../me/Me";

const PAGE = 1_000;

export interface Children {
  readonly rows: readonly BacklogRow[];
  /** Whether all items were looked at. */
  readonly isWhole: boolean;
  readonly isLooking: boolean;
  readonly lookFurther: () => void;
}

/** Looks at the first thousand items by itself, and at more when asked. */
export function useChildren(item: string, moment: Moment | undefined): Children {
  const { name } = useHere();
  const found = useInfiniteQuery(
    BacklogService.method.listBacklog,
    { parent: name, state: BacklogState.ALL, pageSize: PAGE, pageToken: "", ...(moment ? { asOf: moment } : {}) },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined, placeholderData: keepPreviousData },
  );
  return {
    rows: (found.data?.pages ?? []).flatMap((page) => page.rows.filter((row) => row.parent === item)),
    isWhole: found.data !== undefined && !found.hasNextPage,
    isLooking: found.isFetching && (found.isPending || found.isFetchingNextPage),
    lookFurther: () => void found.fetchNextPage(),
  };
}
