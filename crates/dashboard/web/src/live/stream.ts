/**
 * Follows a product's events: from a version on, over lost connections and sleep, without a gap. Knows nothing of tabs and
 * pages.
 */

import { type Client, Code } from "@connectrpc/connect";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Event, EventService } from "../api/gen/koepel/v1/event_pb";
import { refusalOf } from "../api/refusal";
import { type LiveEvent, subjectOf } from "./event";

/** Whether news arrives. */
export type Connection = "connecting" | "live" | "lost" | "refused";

export interface Follower {
  /** News, in order; fresh, unless it was caught up with. */
  events(events: readonly LiveEvent[], fresh: boolean): void;
  /** The version up to which all is told. */
  reached(version: bigint): void;
  connection(state: Connection): void;
  /** The log is not the one of before: whatever is shown may be wrong. */
  reset(): void;
}

/** A heartbeat comes every 15 s; after this much silence nobody is there. */
const SILENCE_MS = 40_000;
/** Most events that are passed on together. */
const HEAP = 500;
/** Another tab whose reader is there again says so by this. */
export const WAKE = "koepel-wake";
const WAKING = ["online", "focus", WAKE];
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;

/** The next pause before trying again: twice as long, up to a limit. */
export function nextPause(pauseMs: number): number {
  return Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
}

export function liveEvent(event: Event): LiveEvent {
  const type = event.type.slice(event.type.lastIndexOf(".") + 1);
  return {
    version: event.version,
    index: event.index,
    type,
    subject: subjectOf(type, event.subject, event.data),
    actor: event.actor,
    timeMs: event.time ? timestampMs(event.time) : 0,
    data: event.data,
  };
}

/** Goes on until `signal` is aborted. `from` is the first version wanted. */
export async function follow(
  client: Client<typeof EventService>,
  product: string,
  from: bigint,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  let next = from;
  let pauseMs = FIRST_PAUSE_MS;
  // What happened while nobody followed comes in heaps. News goes on at once: a timer of a hidden page may take a minute.
  let heap: LiveEvent[] = [];
  const pass = (version: bigint, fresh: boolean) => {
    if (heap.length > 0) follower.events(heap, fresh);
    heap = [];
    follower.reached(version);
  };
  follower.connection("connecting");
  while (!signal.aborted) {
    const attempt = new AbortController();
    let caughtUp = false;
    const end = () => attempt.abort();
    signal.addEventListener("abort", end);
    // Somebody who comes back to a page, or whose network does, does not wait for the silence to be long enough.
    let silence = setTimeout(end, SILENCE_MS);
    const wake = () => {
      clearTimeout(silence);
      silence = setTimeout(end, 2_000);
    };
    globalThis.addEventListener?.("online", wake);
    try {
      const stream = client.subscribe({ product, fromVersion: next }, { signal: attempt.signal });
      for await (const { what } of stream) {
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
        pauseMs = FIRST_PAUSE_MS;
        if (what.case === "event") {
          heap.push(liveEvent(what.value));
          // The events of a commit come one after the other; all of them are there with the last one.
          if (what.value.index + 1 === what.value.count) {
            next = what.value.version + 1n;
            if (caughtUp || heap.length >= HEAP) pass(what.value.version, caughtUp);
          }
        } else if (what.value) {
          if (what.value.version + 1n > next) next = what.value.version + 1n;
          pass(what.value.version, caughtUp);
          caughtUp = true;
          follower.connection("live");
        }
      }
    } catch (thrown) {
      // A commit of which only a part arrived comes again.
      heap = heap.filter((event) => event.version < next);
      const { code, values } = refusalOf(thrown);
      if (code === Code.OutOfRange) {
        // The log is another one, and shorter: what is shown is asked for anew, and followed from where it is now.
        next = BigInt(values["current_version"] ?? 0) + 1n;
        heap = [];
        follower.reset();
      }
      if (code === Code.Unauthenticated || code === Code.PermissionDenied || code === Code.NotFound) {
        follower.connection("refused");
        return;
      }
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", end);
      globalThis.removeEventListener?.("online", wake);
    }
    if (signal.aborted) return;
    follower.connection("lost");
    await sleep(pauseMs * (0.5 + Math.random() / 2), signal);
    pauseMs = nextPause(pauseMs);
  }
}

/** Waits, but no longer than until the network or the reader is back. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const wake = () => {
      clearTimeout(timer);
      for (const event of WAKING) globalThis.removeEventListener?.(event, wake);
      signal.removeEventListener("abort", wake);
      done();
    };
    const timer = setTimeout(wake, ms);
    for (const event of WAKING) globalThis.addEventListener?.(event, wake);
    signal.addEventListener("abort", wake);
  });
}
