/** What of a scrolled area is on the screen, at most once a frame. */

import { type RefObject, useEffect, useState } from "react";
import type { Window } from "./layout";

export function useWindow(scroller: RefObject<HTMLElement | null>): Window {
  const [window, setWindow] = useState<Window>({ left: 0, top: 0, width: 0, height: 0 });
  useEffect(() => {
    const area = scroller.current;
    if (!area) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      const next = { left: area.scrollLeft, top: area.scrollTop, width: area.clientWidth, height: area.clientHeight };
      setWindow((now) => (now.left === next.left && now.top === next.top && now.width === next.width && now.height === next.height ? now : next));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    area.addEventListener("scroll", soon, { passive: true });
    const sizes = new ResizeObserver(soon);
    sizes.observe(area);
    return () => {
      cancelAnimationFrame(frame);
      area.removeEventListener("scroll", soon);
      sizes.disconnect();
    };
  }, [scroller]);
  return window;
}

/** Whether a condition of the screen holds. */
export function useScreen(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setHolds(list.matches);
    look();
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return holds;
}
