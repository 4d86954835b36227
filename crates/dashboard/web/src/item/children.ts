/** Which items are parts of another, closed ones too: the server is asked for them, page by page. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { BacklogService, BacklogState, type BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { useHere } from "../me/Me";

const PAGE = 100;

export interface Children {
  readonly rows: readonly BacklogRow[];
  /** Whether that is all of them. */
  readonly isWhole: boolean;
  /** Whether more are on their way. */
  readonly isLooking: boolean;
  readonly lookFurther: () => void;
  readonly error: unknown;
}

export function useChildren(item: string, moment: Moment | undefined): Children {
  const { name } = useHere();
  const found = useInfiniteQuery(
    BacklogService.method.listBacklog,
    { parent: name, state: BacklogState.ALL, filter: { partOf: item }, pageSize: PAGE, pageToken: "", ...(moment ? { asOf: moment } : {}) },
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  return {
    // A server that does not know the filter answers with others, too.
    rows: (found.data?.pages ?? []).flatMap((page) => page.rows.filter((row) => row.parent === item)),
    isWhole: found.data !== undefined && !found.hasNextPage,
    isLooking: found.isFetchingNextPage,
    lookFurther: () => void found.fetchNextPage(),
    error: found.data ? null : found.error,
  };
}
