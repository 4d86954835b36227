/** One bar of a timeline: a button with everything that it says, which can be taken hold of. Knows its place, and no dates. */

import { type KeyboardEvent, memo, type PointerEvent, useId } from "react";
import type { LiveEvent } from "../live/event";
import { useMark } from "../live/recent";
import type { Grip } from "./span";
import { fitting, type Measure, textWidth } from "./textWidth";
import style from "./RoadmapTimeline.module.css";

const BAR_FONT = '550 13px "Atkinson Hyperlegible Next", sans-serif';
const SMALL_FONT = '400 12px "Atkinson Hyperlegible Next", sans-serif';
const PAD = 9;
const TITLE_MAX = 280;
const NARROWEST_TITLE = 72;

/** How much room a title needs behind a bar that is too short for it. */
export function titleRoom(title: string, measure: Measure = textWidth): number {
  return Math.min(measure(title, BAR_FONT), TITLE_MAX) + 2 * PAD;
}

export interface BarProps {
  readonly name: string;
  readonly title: string;
  /** All that it says. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  /** 0 to 1; nothing if there is nothing to be done. */
  readonly share: number | undefined;
  readonly progress: string;
  readonly openStart: boolean;
  readonly openEnd: boolean;
  /** Where the screen begins: the title stays on it. */
  readonly left: number;
  /** What it slipped by, in words; empty if it did not. */
  readonly slipped: string;
  readonly look: "here" | "left" | "pulled";
  readonly movable: boolean;
  readonly reachable: boolean;
  readonly whoOf: ((event: LiveEvent) => string) | undefined;
  readonly onHold?: ((event: PointerEvent, name: string, grip: Grip) => void) | undefined;
  readonly onKey?: ((event: KeyboardEvent, name: string) => void) | undefined;
  readonly onOpen?: ((name: string) => void) | undefined;
  readonly onFocus?: ((name: string) => void) | undefined;
  readonly onBlur?: (() => void) | undefined;
}

function DrawnBar(props: BarProps) {
  const { name, title, label, x, y, width, height, colour, share, progress, openStart, openEnd, left, slipped, look, movable, reachable } = props;
  const clip = useId();
  const mark = useMark(name);
  const who = mark && look === "here" ? (props.whoOf?.(mark) ?? "") : "";
  const hold = (event: PointerEvent, grip: Grip) => props.onHold?.(event, name, grip);
  // A title begins with its bar, or where the screen does, and goes on behind the end of a bar that is too short for it.
  const reach = Math.max(width, titleRoom(title));
  const shift = Math.min(Math.max(left - x, 0), Math.max(reach - NARROWEST_TITLE, 0));
  const room = reach - shift - 2 * PAD;
  const progressRoom = textWidth(progress, SMALL_FONT) + PAD;
  const shown = fitting(title, BAR_FONT, room);
  const hasProgress = progress !== "" && textWidth(shown, BAR_FONT) + progressRoom + shift + 2 * PAD < width;
  const mask = openStart ? "url(#fade-start)" : openEnd ? "url(#fade-end)" : undefined;
  const grips = movable && look === "here" && width > 36;

  return (
    <g
      // What is pulled is a picture; the bar itself stays where it is, a button, until it is known that it may go.
      {...(look !== "pulled" ? { role: "button", tabIndex: reachable ? 0 : -1, "data-entry": name } : { "aria-hidden": true })}
      className={`${style.bar} ${style[look]} ${movable ? style.movable : ""} ${mark ? style.marked : ""}`}
      style={{ transform: `translate(${x}px, ${y}px)`, "--bar": colour } as React.CSSProperties}
      onPointerDown={(event) => hold(event, "whole")}
      onClick={() => props.onOpen?.(name)}
      onKeyDown={(event) => props.onKey?.(event, name)}
      onFocus={() => props.onFocus?.(name)}
      onBlur={props.onBlur}
    >
      {/* Its name, which says all that is drawn. */}
      {look !== "pulled" && <title>{label}</title>}
      <clipPath id={clip}>
        <rect width={width} height={height} rx={5} />
      </clipPath>
      <rect className={style.reach} width={reach} height={height} />
      <g mask={mask}>
        <g clipPath={`url(#${clip})`}>
          <rect className={style.body} width={width} height={height} />
          {share !== undefined && share > 0 && <rect className={style.done} width={Math.max(width * share, 3)} height={height} />}
          {!openStart && <rect className={style.edge} width={4} height={height} />}
        </g>
      </g>
      {!mask && <rect className={style.outline} x={0.5} y={0.5} width={Math.max(width - 1, 1)} height={height - 1} rx={5} />}
      <rect className={style.ring} x={-3} y={-3} width={width + 6} height={height + 6} rx={8} />
      <text className={style.title} x={shift + PAD} y={height / 2 + 4.500}>
        {shown}
      </text>
      {hasProgress && (
        <text aria-hidden="true" className={style.progress} x={width - PAD} y={height / 2 + 4.500} textAnchor="end">
          {progress}
        </text>
      )}
      {slipped && (
        <g transform={`translate(${Math.max(width - textWidth(slipped, SMALL_FONT) - 12, 0)} -9)`} className={style.slipped} aria-hidden="true">
          <rect width={textWidth(slipped, SMALL_FONT) + 12} height={17} rx={8.500} />
          <text x={6} y={12.500}>
            {slipped}
          </text>
        </g>
      )}
      {who && (
        <g transform={`translate(${shift + textWidth(shown, BAR_FONT) + 2 * PAD} ${height / 2 - 10})`} className={style.who} aria-hidden="true">
          <rect width={textWidth(who, SMALL_FONT) + 16} height={20} rx={10} />
          <text x={8} y={14.500}>
            {who}
          </text>
        </g>
      )}
      {grips && !openStart && <rect className={style.grip} x={-4} width={12} height={height} onPointerDown={(event) => hold(event, "start")} />}
      {grips && !openEnd && <rect className={style.grip} x={width - 8} width={12} height={height} onPointerDown={(event) => hold(event, "end")} />}
    </g>
  );
}

/** Drawn anew only when something of it has changed: a timeline has many, and is scrolled. */
export const TimelineBar = memo(DrawnBar);
