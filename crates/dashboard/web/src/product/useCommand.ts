/** Commands of pages: sent, answered or refused in one way everywhere. */

import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { refusalOf } from "../api/refusal";
import { toast } from "../design/Toasts";
import { useHereIfAny } from "../me/Me";
import { sentenceOf } from "./RefusalText";

interface Options<O extends DescMessage> {
  /** What is asked for anew when it was done; what the stream of events makes stale is without being named. */
  readonly stale?: readonly DescMethodUnary[];
  /** What is said when it was done. */
  readonly done?: (answer: MessageShape<O>) => void;
  /** Whether a refusal is shown by the page itself (a form), and not in the corner. */
  readonly ownRefusal?: boolean;
}

/**
 * A command. `send` resolves to the answer, or to `undefined` if it was refused, which the reader has been told then. The
 * request's id is made, and kept over lost answers, by the transport.
 */
export function useCommand<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>, options: Options<O> = {}) {
  const here = useHereIfAny();
  const queries = useQueryClient();
  const { mutateAsync, isPending, error, reset } = useMutation(method);
  const send = async (request: MessageInitShape<I>): Promise<MessageShape<O> | undefined> => {
    try {
      const answer = await mutateAsync(request);
      for (const schema of options.stale ?? []) {
        void queries.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: undefined }) });
      }
      options.done?.(answer);
      return answer;
    } catch (thrown) {
      if (!options.ownRefusal) toast("urgent", sentenceOf(refusalOf(thrown), here));
      return undefined;
    }
  };
  return { send, busy: isPending, refused: error, forgive: reset };
}
