/** All entries of a roadmap, page by page until the last, with what we changed ourselves already in place. */

import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { skipToken } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Moment } from "../api/gen/koepel/v1/common_pb";
import { type RoadmapEntry, RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { withAnswers } from "./plan";

const R = RoadmapService.method;

export function useEntries(product: string, moment: Moment | undefined, wanted = true) {
  const pages = useInfiniteQuery(
    R.listRoadmapEntries,
    wanted ? { parent: product, pageSize: 1_000, pageToken: "", ...(moment ? { asOf: moment } : {}) } : skipToken,
    { pageParamKey: "pageToken", getNextPageParam: (page) => page.nextPageToken || undefined },
  );
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  const [answers, setAnswers] = useState<ReadonlyMap<string, RoadmapEntry>>(new Map());
  const answered = useCallback((entry: RoadmapEntry) => setAnswers((now) => new Map(now).set(entry.name, entry)), []);
  const entries = useMemo(() => {
    const listed = pages.data?.pages.flatMap((page) => page.entries) ?? [];
    const each = [...new Map(listed.map((entry) => [entry.name, entry])).values()];
    return moment ? each : withAnswers(each, answers);
  }, [pages.data, answers, moment]);
  return { entries, known: pages.data !== undefined, error: pages.error, answered };
}

export function useGoals(product: string, moment?: Moment) {
  const goals = useQuery(R.listGoals, { parent: product, pageSize: 1_000, ...(moment ? { asOf: moment } : {}) });
  return { goals: goals.data?.goals ?? NO_GOALS, known: goals.data !== undefined, error: goals.error };
}

const NO_GOALS: never[] = [];
