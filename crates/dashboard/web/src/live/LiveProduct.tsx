/** Keeps what is shown of a product in step with it. */

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { forgetVersions, known } from "../api/receipts";
import { setConnection } from "./connection";
import { topicsOf, TOPICS, type Topic } from "./event";
import { Pace } from "./pace";
import { fade, forgetNews, MARKED_MS, note } from "./recent";
import { Refresher } from "./refresh";
import { COUNTS, staleBy } from "./stale";
import { followTogether } from "./tabs";

/** What is shown is asked for anew at once when something happens, and then at most so often. */
const PACE_MS = 250;
/** Counts of open items, which stand on every page, change with nearly everything and may be a little late. */
const COUNTS_PACE_MS = 3_000;

export function LiveProduct(props: { product: string; reader: string; version: bigint; children: ReactNode }) {
  const { product, reader, version, children } = props;
  const queries = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher(queries);
    let waiting = new Set<Topic>();
    const refresh = (topics: ReadonlySet<Topic>) => {
      // A page that nobody sees costs nothing; it catches up when it is seen.
      if (document.hidden) for (const topic of topics) waiting.add(topic);
      else refresher.refresh(staleBy(topics));
    };
    const pace = new Pace<Topic>(PACE_MS, refresh);
    const counts = new Pace<Topic>(COUNTS_PACE_MS, () => {
      if (!document.hidden) refresher.refresh(COUNTS);
    });
    const add = (topics: readonly Topic[]) => {
      pace.add(topics);
      if (topics.includes("order")) counts.add(["order"]);
    };
    const seen = () => {
      if (document.hidden || waiting.size === 0) return;
      const topics = waiting;
      waiting = new Set();
      add([...topics]);
    };
    document.addEventListener("visibilitychange", seen);
    const fading = setInterval(() => fade(Date.now()), MARKED_MS / 4);
    const stop = followTogether(product, reader, version + 1n, {
      events(events, fresh) {
        const last = events.at(-1);
        // What is asked for because of this has to show it.
        if (last) known(product, last.version);
        note(events, fresh, Date.now());
        add(events.flatMap(topicsOf));
      },
      missed(until) {
        known(product, until);
        add(TOPICS);
      },
      connection: setConnection,
      reset() {
        forgetVersions();
        add(TOPICS);
      },
    });
    return () => {
      stop();
      pace.stop();
      counts.stop();
      refresher.stop();
      document.removeEventListener("visibilitychange", seen);
      clearInterval(fading);
      forgetNews();
      setConnection("connecting");
    };
    // Where to begin is said once: what happens later is followed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [product, reader, queries]);
  return children;
}
