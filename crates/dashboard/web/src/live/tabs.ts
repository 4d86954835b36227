/**
 * One stream for all tabs of a browser: a browser that speaks HTTP/1.1 has six connections to a server, and a stream holds one.
 * The tab that holds a lock follows the events and tells the others; when it goes, the lock is another's, which follows on
 * from where it was told. Without locks, as in a page that did not come over an encrypted connection, each tab follows by itself.
 */

import { clientOf } from "../api/transport";
import { EventService } from "../api/gen/koepel/v1/event_pb";
import type { LiveEvent } from "./event";
import { type Connection, follow, WAKE } from "./stream";

type Told =
  | { readonly kind: "events"; readonly events: readonly LiveEvent[]; readonly fresh: boolean }
  | { readonly kind: "reached"; readonly version: bigint }
  | { readonly kind: "connection"; readonly state: Connection }
  | { readonly kind: "reset" }
  /** A tab that has just come asks how things stand. */
  | { readonly kind: "hello" }
  /** The reader of another tab is there again, or its network is. */
  | { readonly kind: "wake" };

/** What a tab makes of it. */
export interface Follower {
  /** News, in order; fresh, unless it was caught up with. */
  events(events: readonly LiveEvent[], fresh: boolean): void;
  /** Something happened up to this version that this tab was not told of: whatever it shows may be of before. */
  missed(until: bigint): void;
  connection(state: Connection): void;
  /** The log is not the one of before: whatever is shown may be wrong. */
  reset(): void;
}

/**
 * Follows a product together with the other tabs of the same reader. `reader` says who that is: what one may see another
 * may not. `from` is the first version that was not shown yet.
 */
export function followTogether(product: string, reader: string, from: bigint, follower: Follower): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const name = `koepel ${product} ${reader}`;
  const client = clientOf(EventService);
  let reached = from - 1n;
  let heard = from - 1n;
  let state: Connection = "connecting";

  // Without locks every tab follows by itself, and has nothing to say to the others.
  const together = typeof BroadcastChannel !== "undefined" && navigator.locks !== undefined;
  const channel = together ? new BroadcastChannel(name) : undefined;
  const tell = (told: Told) => channel?.postMessage(told);
  let leads = false;

  const hear = (told: Told) => {
    switch (told.kind) {
      case "events": {
        // A tab that comes late is told nothing twice, and nothing that it shows already.
        const news = told.events.filter((event) => event.version > reached);
        if (news.length > 0) follower.events(news, told.fresh);
        heard = news.at(-1)?.version ?? heard;
        break;
      }
      case "reached":
        if (told.version > reached) {
          reached = told.version;
          // A commit may have no events; who follows knows that, and who is told may have come too late.
          if (!leads && heard < reached) follower.missed(reached);
        }
        break;
      case "connection":
        state = told.state;
        follower.connection(state);
        break;
      case "reset":
        reached = 0n;
        heard = 0n;
        follower.reset();
        break;
      case "hello":
        if (leads) {
          tell({ kind: "connection", state });
          tell({ kind: "reached", version: reached });
        }
        break;
      case "wake":
        if (leads) globalThis.dispatchEvent(new Event(WAKE));
        break;
    }
  };
  if (channel) {
    channel.addEventListener("message", (message: MessageEvent<Told>) => hear(message.data));
    tell({ kind: "hello" });
  }

  const lead = async () => {
    leads = true;
    const both = (told: Told) => {
      hear(told);
      tell(told);
    };
    await follow(
      client,
      product,
      reached + 1n,
      {
        events: (events, fresh) => both({ kind: "events", events, fresh }),
        reached: (version) => both({ kind: "reached", version }),
        connection: (next) => both({ kind: "connection", state: next }),
        reset: () => both({ kind: "reset" }),
      },
      signal,
    );
  };

  const wake = () => {
    if (!leads) tell({ kind: "wake" });
  };
  for (const event of ["focus", "online"]) addEventListener(event, wake);
  if (channel) {
    navigator.locks.request(name, { signal }, lead).catch(() => {
      // Only by the end of this tab's interest.
    });
  } else {
    void lead();
  }
  return () => {
    ended.abort();
    for (const event of ["focus", "online"]) removeEventListener(event, wake);
    channel?.close();
  };
}
