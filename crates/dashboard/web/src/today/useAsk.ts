/** What an item asks of a domain, in words. It is asked for once, and again only when the item has changed. */

import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import { type BacklogRow, BacklogService } from "../api/gen/koepel/v1/backlog_pb";

export function useAsk(row: BacklogRow | undefined, domain: string): string | undefined {
  const transport = useTransport();
  const { data } = useQuery({
    // Under a key of its own: news of other items does not make it stale.
    queryKey: ["today/ask", row?.name ?? "", String(row?.changedAtVersion ?? 0n)],
    queryFn: ({ signal }) => callUnaryMethod(transport, BacklogService.method.getItem, { name: row?.name ?? "" }, { signal }),
    enabled: row !== undefined,
    staleTime: Infinity,
  });
  return data?.item?.requests.find((request) => request.domain === domain)?.ask;
}
