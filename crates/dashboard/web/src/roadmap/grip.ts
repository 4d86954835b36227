/**
 * Taking hold of a bar and pulling it, by mouse, pen or finger. A finger has to rest on the bar first, as it scrolls otherwise.
 * Knows pixels, and not what is pulled.
 */

import { type PointerEvent as ReactPointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Grip } from "./span";

/** How far a pull has gone, in pixels of the drawing, whatever was scrolled meanwhile. */
export interface Pull {
  readonly name: string;
  readonly grip: Grip;
  readonly byX: number;
  /** Where the pointer is in the drawing, from its top. */
  readonly y: number;
}

interface Use {
  readonly onPull: (pull: Pull) => void;
  readonly onDrop: (pull: Pull) => void;
  readonly onCancel: () => void;
}

const STARTS_PX = 4;
const FINGER_SLIPS_PX = 10;
const FINGER_RESTS_MS = 350;
const EDGE_PX = 48;
const EDGE_STEP_PX = 14;

/** Answers what a bar calls when it is pressed, and whether the click that follows was the end of a pull. */
export function useGrip(scroller: RefObject<HTMLElement | null>, use: Use) {
  const latest = useRef(use);
  const stop = useRef<(() => void) | undefined>(undefined);
  const pulledUntil = useRef(0);
  useEffect(() => {
    latest.current = use;
  });
  useEffect(() => () => stop.current?.(), []);

  const hold = (event: ReactPointerEvent, name: string, grip: Grip) => {
    const area = scroller.current;
    if (!area || event.button !== 0 || !event.isPrimary) return;
    event.stopPropagation();
    stop.current?.();
    const finger = event.pointerType === "touch";
    const from = { x: event.clientX, y: event.clientY, left: area.scrollLeft };
    const at = { x: event.clientX, y: event.clientY };
    let pulling = false;
    let edge = 0;

    const pull = (): Pull => {
      const box = area.getBoundingClientRect();
      return { name, grip, byX: at.x - from.x + area.scrollLeft - from.left, y: at.y - box.top + area.scrollTop };
    };
    const begin = () => {
      pulling = true;
      document.documentElement.style.userSelect = "none";
      edge = requestAnimationFrame(nearEdge);
      latest.current.onPull(pull());
    };
    const nearEdge = () => {
      const box = area.getBoundingClientRect();
      const step = at.x > box.right - EDGE_PX ? EDGE_STEP_PX : at.x < box.left + EDGE_PX ? -EDGE_STEP_PX : 0;
      if (step !== 0) {
        area.scrollLeft += step;
        latest.current.onPull(pull());
      }
      edge = requestAnimationFrame(nearEdge);
    };
    const rests = finger ? setTimeout(begin, FINGER_RESTS_MS) : undefined;

    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== event.pointerId) return;
      at.x = moved.clientX;
      at.y = moved.clientY;
      const far = Math.hypot(at.x - from.x, at.y - from.y);
      if (pulling) latest.current.onPull(pull());
      else if (finger && far > FINGER_SLIPS_PX) end();
      else if (!finger && far > STARTS_PX) begin();
    };
    const drop = (up: PointerEvent) => {
      if (up.pointerId !== event.pointerId) return;
      const was = pulling;
      end();
      if (was) latest.current.onDrop(pull());
    };
    const cancel = () => {
      const was = pulling;
      end();
      if (was) latest.current.onCancel();
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== "Escape" || !pulling) return;
      pressed.preventDefault();
      cancel();
    };
    // A finger that pulls does not scroll.
    const touch = (moved: TouchEvent) => {
      if (pulling && moved.cancelable) moved.preventDefault();
    };
    const menu = (opened: Event) => {
      if (finger) opened.preventDefault();
    };
    const end = () => {
      clearTimeout(rests);
      cancelAnimationFrame(edge);
      if (pulling) {
        pulledUntil.current = performance.now();
        document.documentElement.style.userSelect = "";
      }
      pulling = false;
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", key, true);
      area.removeEventListener("touchmove", touch);
      area.removeEventListener("contextmenu", menu);
      stop.current = undefined;
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", cancel);
    addEventListener("keydown", key, true);
    area.addEventListener("touchmove", touch, { passive: false });
    area.addEventListener("contextmenu", menu);
    stop.current = end;
  };

  /** Whether a click now is only the end of a pull. */
  const wasPull = () => performance.now() - pulledUntil.current < 250;

  return { hold, wasPull };
}
