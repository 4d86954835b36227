/** The rows of a list as the server has them: windows around what is on the screen, in step with each other. */

import { create } from "@bufbuild/protobuf";
import { createQueryOptions, useInfiniteQuery, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { BacklogService, type BacklogRow, ListBacklogRequestSchema, type MarkedText, SearchItemsRequestSchema } from "../api/gen/koepel/v1/backlog_pb";
import { collectionOf, productOf } from "../api/names";
import { momentOf } from "../history/asOf";
import { askedFilter, stateOf } from "./filter";
import { keyOf, type Source } from "./source";
import { Holder, type Known, WINDOW, type Window } from "./windows";

const B = BacklogService.method;

/** A list as it can be shown. */
export interface Listed {
  readonly known: Known<BacklogRow> | undefined;
  /** Whether another list is shown still, until this one comes. */
  readonly isOld: boolean;
  /** Why nothing comes. */
  readonly error: unknown;
}

export const isProduct = (parent: string) => collectionOf(parent) === "products";

/** `busy`: a command of ours is on its way, whose result is shown already. */
export function useBacklog(source: Source, windows: readonly number[], busy: boolean): Listed {
  const { parent, filter, asOf } = source;
  const moment = useMemo(() => momentOf(asOf, productOf(parent)), [asOf, parent]);
  const transport = useTransport();
  const key = useMemo(() => keyOf({ parent, filter, asOf }), [parent, filter, asOf]);
  const [holder] = useState(() => new Holder<BacklogRow>());
  const queries = useMemo(
    () =>
      windows.map((window) => {
        const asked = askedFilter(filter, isProduct(parent));
        const input = create(ListBacklogRequestSchema, {
          parent,
          state: stateOf(filter),
          pageSize: WINDOW,
          fromPlace: window * WINDOW + 1,
          ...(asked ? { filter: asked } : {}),
          ...(moment ? { asOf: moment } : {}),
        });
        return createQueryOptions(B.listBacklog, input, { transport });
      }),
    [windows, parent, filter, moment, transport],
  );
  const results = useQueries({ queries });
  const fresh = new Map<number, Window<BacklogRow>>();
  const shapes = useShapes();
  let held = busy;
  let error: unknown;
  results.forEach(({ data, isFetching, error: failed }, at) => {
    const window = windows[at];
    if (window === undefined) return;
    if (data) fresh.set(window, shapes(data, () => ({ rows: data.rows, total: data.totalSize, version: data.version })));
    if (data && isFetching) held = true;
    if (!data && failed) error = failed;
  });
  return { ...holder.next(key, fresh, held), error };
}

/** Keeps one window for one answer, so that what has not changed is the same thing. */
function useShapes() {
  const [kept] = useState(() => new WeakMap<object, Window<BacklogRow>>());
  return (answer: object, make: () => Window<BacklogRow>) => {
    const there = kept.get(answer) ?? make();
    kept.set(answer, there);
    return there;
  };
}

/** What of a hit is marked. */
export interface Marked {
  readonly title: MarkedText | undefined;
  readonly snippet: MarkedText | undefined;
}

export interface Hits extends Listed {
  readonly marks: ReadonlyMap<string, Marked>;
  readonly more: (() => void) | undefined;
}

/** What is found by words, in the order of the search. There is none of the past. */
export function useHits({ parent, filter }: Pick<Source, "parent" | "filter">): Hits {
  const product = productOf(parent);
  const input = {
    ...create(SearchItemsRequestSchema, {
      parent: product,
      query: filter.query,
      domains: isProduct(parent) ? [...filter.domains] : [parent],
      state: stateOf(filter),
      kinds: [...filter.kinds],
      statuses: [...filter.statuses],
      labels: [...filter.labels],
      moscow: [...filter.moscow],
      pinned: filter.pinned,
      pageSize: WINDOW,
    }),
    pageToken: "",
  };
  const found = useInfiniteQuery(B.searchItems, input, {
    pageParamKey: "pageToken",
    getNextPageParam: (page) => page.nextPageToken || undefined,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const windows = new Map<number, Window<BacklogRow>>();
    const marks = new Map<string, Marked>();
    const rows: BacklogRow[] = [];
    const pages = found.data?.pages ?? [];
    for (const page of pages) {
      for (const { row, title, snippet } of page.hits) {
        if (!row) continue;
        rows.push(row);
        marks.set(row.name, { title, snippet });
      }
    }
    const total = pages[0]?.totalSize ?? 0;
    const version = pages[0]?.version ?? 0n;
    for (let window = 0; window * WINDOW < rows.length; window += 1) {
      windows.set(window, { rows: rows.slice(window * WINDOW, (window + 1) * WINDOW), total, version });
    }
    const known = pages.length > 0 ? { windows, total, version } : undefined;
    const more = found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined;
    return { known, isOld: found.isPlaceholderData, error: known ? undefined : found.error, marks, more };
  }, [found]);
}
