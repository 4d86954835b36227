/** Keeps the same days on the screen when a timeline begins with another day, or is looked at from nearer. */

import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Zoom } from "./layout";

interface Drawing {
  /** The first day of the drawing. */
  readonly origin: number;
  readonly scale: number;
  readonly zoom: Zoom;
  /** Whether it is known how wide the screen is. */
  readonly shown: boolean;
  /** The first day of all that there is. */
  readonly first: number;
  readonly today: number;
}

export function useSteadyDays(scroller: RefObject<HTMLElement | null>, { origin, scale, zoom, shown, first, today }: Drawing): void {
  const before = useRef<{ origin: number; scale: number; zoom: Zoom } | undefined>(undefined);
  useLayoutEffect(() => {
    const area = scroller.current;
    if (!area || !shown) return;
    const was = before.current;
    before.current = { origin, scale, zoom };
    if (zoom === "all" && was?.zoom !== "all") area.scrollTo({ left: (first - origin) * scale });
    else if (!was || (zoom !== "all" && was.zoom === "all")) area.scrollTo({ left: (today - origin) * scale - area.clientWidth / 4 });
    else if (was.zoom !== zoom) {
      const middle = was.origin + (area.scrollLeft + area.clientWidth / 2) / was.scale;
      area.scrollTo({ left: (middle - origin) * scale - area.clientWidth / 2 });
    } else if (was.origin !== origin || was.scale !== scale) {
      area.scrollTo({ left: (was.origin + area.scrollLeft / was.scale - origin) * scale });
    }
  }, [scroller, origin, scale, zoom, shown, first, today]);
}
