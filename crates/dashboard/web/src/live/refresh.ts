/**
 * Asks anew for what is on the page, and no more: what nobody looks at is asked for when somebody does, the past does not change,
 * and a question that is under way when something happens is asked once more when its answer, which may be of before, is there.
 */

import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { Query, QueryClient } from "@tanstack/react-query";

/** What a query of a page asks, as its key says it. */
interface Asked {
  readonly methodName?: string;
  readonly serviceName?: string;
  readonly input?: { readonly asOf?: unknown };
}

function askedBy(query: Query): Asked | undefined {
  const [kind, asked] = query.queryKey;
  return kind === "connect-query" && typeof asked === "object" && asked !== null ? (asked as Asked) : undefined;
}

export class Refresher {
  readonly #queries: QueryClient;
  readonly #late = new Set<string>();
  readonly #stop: () => void;

  constructor(queries: QueryClient) {
    this.#queries = queries;
    this.#stop = queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === "updated" && query.state.fetchStatus === "idle" && this.#late.delete(query.queryHash)) this.#again(query);
    });
  }

  /** Makes the answers to these calls stale. */
  refresh(methods: Iterable<DescMethodUnary>): void {
    const names = new Set(Array.from(methods, (method) => `${method.parent.typeName}/${method.name}`));
    for (const query of this.#queries.getQueryCache().getAll()) {
      const asked = askedBy(query);
      if (!asked || asked.input?.asOf !== undefined || !names.has(`${asked.serviceName}/${asked.methodName}`)) continue;
      if (query.state.fetchStatus === "fetching") this.#late.add(query.queryHash);
      else this.#again(query);
    }
  }

  stop(): void {
    this.#stop();
    this.#late.clear();
  }

  #again(query: Query): void {
    query.invalidate();
    if (query.isActive()) void query.fetch().catch(() => undefined);
  }
}

/** Makes the answers to these calls stale at once, as after a command of this page. */
export function refreshNow(queries: QueryClient, methods: Iterable<DescMethodUnary>): void {
  const refresher = new Refresher(queries);
  refresher.refresh(methods);
  refresher.stop();
}
