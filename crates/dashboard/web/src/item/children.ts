/** Which items are parts of another. The server has no question of its own for that: they are picked out of the backlog. */

import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { BacklogService, BacklogState, type BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { useHere } from "../me/Me";

const PAGE = 1_000;

export interface Children {
  readonly rows: readonly BacklogRow[];
  /** Whether all items were looked at. */
  readonly isWhole: boolean;
  readonly isLooking: boolean;
  /** Whether any was looked at: a large product is gone through only when somebody wants to know. */
  readonly hasLooked: boolean;
  /** Whether it is gone through by itself. */
  readonly isSmall: boolean;
  readonly lookFurther: () => void;
}

/** Goes through a product of up to a thousand items by itself, and through a larger one when asked, page by page. */
export function useChildren(item: string, moment: Moment | undefined): Children {
  const { name, product } = useHere();
  const isSmall = product.allItems <= PAGE;
  const [isAsked, setAsked] = useState(false);
  const found = useInfiniteQuery(
    BacklogService.method.listBacklog,
    { parent: name, state: BacklogState.ALL, pageSize: PAGE, pageToken: "", ...(moment ? { asOf: moment } : {}) },
    {
      enabled: isSmall || isAsked,
      pageParamKey: "pageToken",
      getNextPageParam: (page) => page.nextPageToken || undefined,
      placeholderData: keepPreviousData,
    },
  );
  return {
    rows: (found.data?.pages ?? []).flatMap((page) => page.rows.filter((row) => row.parent === item)),
    isWhole: found.data !== undefined && !found.hasNextPage,
    isLooking: found.isFetching && (found.isPending || found.isFetchingNextPage),
    hasLooked: found.data !== undefined,
    isSmall,
    lookFurther: () => {
      if (found.data) void found.fetchNextPage();
      else setAsked(true);
    },
  };
}
