/** Commands whose answer holds a secret: nobody keeps the answer but whoever asked for it, no cache either. */

import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { callUnaryMethod, createConnectQueryKey, useTransport } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

/** `send` resolves to the answer, or to `undefined` if it was refused; `refused` says why then. */
export function useSecretCommand<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>, stale: readonly DescMethodUnary[]) {
  const transport = useTransport();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const send = async (request: MessageInitShape<I>): Promise<MessageShape<O> | undefined> => {
    setBusy(true);
    setRefused(undefined);
    try {
      const answer = await callUnaryMethod(transport, method, request);
      for (const schema of stale) void queries.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: undefined }) });
      return answer;
    } catch (thrown) {
      setRefused(thrown);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { send, busy, refused };
}
