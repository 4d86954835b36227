/** Keeps what is shown of a product in step with it. */

import { createConnectQueryKey } from "@connectrpc/connect-query";
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { setConnection } from "./connection";
import { topicsOf, TOPICS, type Topic } from "./event";
import { Pace } from "./pace";
import { fade, forgetNews, MARKED_MS, note } from "./recent";
import { staleBy } from "./stale";
import { followTogether } from "./tabs";

/** What is shown is asked for anew at once when something happens, and then at most so often. */
const PACE_MS = 250;

/** Asks anew for what is on the page of these calls; the rest is asked for when somebody comes to see it. */
export function refresh(queries: QueryClient, methods: Iterable<DescMethodUnary>): void {
  for (const schema of methods) {
    const queryKey = createConnectQueryKey({ schema, cardinality: undefined });
    void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }
}

export function LiveProduct(props: { product: string; reader: string; version: bigint; children: ReactNode }) {
  const { product, reader, version, children } = props;
  const queries = useQueryClient();
  useEffect(() => {
    const pace = new Pace<Topic>(PACE_MS, (topics) => refresh(queries, staleBy(topics)));
    const fading = setInterval(() => fade(Date.now()), MARKED_MS / 4);
    const stop = followTogether(product, reader, version + 1n, {
      events(events) {
        note(events, Date.now());
        pace.add(events.flatMap(topicsOf));
      },
      reached() {},
      connection: setConnection,
      reset: () => pace.add(TOPICS),
    });
    return () => {
      stop();
      pace.stop();
      clearInterval(fading);
      forgetNews();
      setConnection("connecting");
    };
    // Where to begin is said once: what happens later is followed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [product, reader, queries]);
  return children;
}
