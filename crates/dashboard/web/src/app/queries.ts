/** How answers of the server are kept. */

import { Code } from "@connectrpc/connect";
import { QueryClient } from "@tanstack/react-query";
import { refusalOf } from "../api/refusal";

const TRY_AGAIN: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Unknown, Code.Internal]);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream of events says when something is stale; what nobody looked at for a while is asked for anew.
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: true,
      // A question whose server is away is asked again until it is back: the page fills by itself then.
      retry: (count, thrown) => TRY_AGAIN.has(refusalOf(thrown).code) && count < 60,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5_000),
      // What is on the screen stays there while something newer is on its way.
      structuralSharing: false,
    },
    mutations: { retry: false },
  },
});
