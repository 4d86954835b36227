/**
 * One stream for all tabs of a browser: a browser that speaks HTTP/1.1 has six connections to a server, and a stream holds one.
 * The tab that holds a lock follows the events and tells the others; when it goes, the lock is another's, which follows on
 * from where it was told. Without locks, as in a page that did not come over an encrypted connection, each tab follows by itself.
 */

import { clientOf } from "../api/transport";
import { EventService } from "../api/gen/koepel/v1/event_pb";
import type { LiveEvent } from "./event";
import { type Connection, follow, type Follower } from "./stream";

type Told =
  | { readonly kind: "events"; readonly events: readonly LiveEvent[] }
  | { readonly kind: "reached"; readonly version: bigint }
  | { readonly kind: "connection"; readonly state: Connection }
  | { readonly kind: "reset" }
  /** A tab that has just come asks how things stand. */
  | { readonly kind: "hello" };

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
  let state: Connection = "connecting";

  const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(name);
  const tell = (told: Told) => channel?.postMessage(told);
  let leads = false;

  const hear = (told: Told) => {
    switch (told.kind) {
      case "events": {
        // A tab that comes late is told nothing twice, and nothing that it shows already.
        const news = told.events.filter((event) => event.version > reached);
        if (news.length > 0) follower.events(news);
        break;
      }
      case "reached":
        if (told.version > reached) {
          reached = told.version;
          follower.reached(reached);
        }
        break;
      case "connection":
        state = told.state;
        follower.connection(state);
        break;
      case "reset":
        reached = 0n;
        follower.reset();
        break;
      case "hello":
        if (leads) {
          tell({ kind: "connection", state });
          tell({ kind: "reached", version: reached });
        }
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
        events: (events) => both({ kind: "events", events }),
        reached: (version) => both({ kind: "reached", version }),
        connection: (next) => both({ kind: "connection", state: next }),
        reset: () => both({ kind: "reset" }),
      },
      signal,
    );
  };

  if (channel && navigator.locks) {
    navigator.locks.request(name, { signal }, lead).catch(() => {
      // Only by the end of this tab's interest.
    });
  } else {
    void lead();
  }
  return () => {
    ended.abort();
    channel?.close();
  };
}
