/**
 * The roadmap along the days: a lane for each domain, a bar for each entry that has dates. It draws and is taken hold of; what
 * a move means, who may, and what the server says to it are the page's. Knows no calls, so that a shared page can show it.
 */

import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf } from "../api/names";
import { announce } from "../design/announce";
import type { LiveEvent } from "../live/event";
import { domainColour } from "../product/shown";
import { Fades } from "./Fades";
import { type Pull, useGrip } from "./grip";
import { byWeeks, drawn, lanesOf, type Placed, reach, scaleOf, seen, type Sizes, whole, type Zoom } from "./layout";
import { releaseDays, shareDone } from "./plan";
import { type Grip, type Planned, plannedOf, pulled, samePlanned, wayOf } from "./span";
import { useMeasure } from "./textWidth";
import { axisHeight, labelled, TimelineAxis } from "./TimelineAxis";
import { TimelineBar, titleRoom } from "./TimelineBar";
import { type Direction, neighbour } from "./timelineKeys";
import { usePlanWords } from "./usePlanWords";
import { useSpoken } from "./useSpoken";
import { useSteadyDays } from "./useSteadyDays";
import { useScreen, useWindow } from "./useWindow";
import style from "./RoadmapTimeline.module.css";

/** Where an entry would be. */
export interface Moved {
  readonly name: string;
  readonly planned: Planned;
  /** `products/webshop/domains/online`. */
  readonly domain: string;
}

export interface RoadmapTimelineProps {
  /** All that is to be shown; those without dates are left out. */
  readonly entries: readonly RoadmapEntry[];
  /** In the order of the lanes. */
  readonly domains: readonly { readonly name: string; readonly displayName: string }[];
  readonly zoom: Zoom;
  /** Today, as days since 1970. */
  readonly today: number;
  readonly readOnly?: boolean;
  /** Whether the reader may plan in a domain. */
  readonly mayPlan?: (domain: string) => boolean;
  /** A move that is being asked about: its bar is shown where it would be. */
  readonly pending?: Moved | undefined;
  /** By how many days entries slipped since what is shown. */
  readonly slipped?: ReadonlyMap<string, number> | undefined;
  /** Who did what has just happened; empty if it needs no mark. */
  readonly whoOf?: (event: LiveEvent) => string;
  readonly onOpen?: (name: string) => void;
  readonly onMove?: (moved: Moved) => void;
  /** Somebody tried to move something of a domain in which they may not plan. */
  readonly onRefuse?: (domain: string) => void;
}

const MOUSE: Sizes = { head: 34, row: 36, foot: 10 };
const FINGER: Sizes = { head: 36, row: 52, foot: 12 };
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "home",
  End: "end",
};

export function RoadmapTimeline(props: RoadmapTimelineProps) {
  const { entries, domains, zoom, today, readOnly = false, mayPlan, pending, slipped, onOpen, onMove, onRefuse } = props;
  const { t } = useTranslation("roadmap");
  const words = usePlanWords();
  const scroller = useRef<HTMLDivElement>(null);
  const window = useWindow(scroller);
  const sizes = useScreen("(pointer: coarse)") ? FINGER : MOUSE;
  const measure = useMeasure();
  const [pull, setPull] = useState<(Moved & { refused?: string }) | undefined>(undefined);
  const [nudge, setNudge] = useState<Moved | undefined>(undefined);
  const [current, setCurrent] = useState("");
  const wanted = useRef("");

  const dated = useMemo(
    () =>
      entries.flatMap((entry) => {
        const planned = plannedOf(entry.when);
        return planned.kind === "dates" ? [{ entry, planned, days: drawn(planned, today) }] : [];
      }),
    [entries, today],
  );
  const byName = useMemo(() => new Map(dated.map((one) => [one.entry.name, one])), [dated]);
  const lanesShown = useMemo(() => {
    const known = new Set(domains.map(({ name }) => name));
    const others = [...new Set(dated.map(({ entry }) => entry.domain))].filter((name) => !known.has(name));
    return [...domains, ...others.map((name) => ({ name, displayName: idOf(name) }))];
  }, [domains, dated]);

  const pieces = useMemo(() => dated.map(({ days }) => days), [dated]);
  const width = Math.max(window.width, 1);
  const scale = scaleOf(zoom, width, pieces, today);
  const over = useMemo(() => reach(pieces, today), [pieces, today]);
  const origin = over.from;
  const lanes = useMemo(() => {
    const things = lanesShown.map(({ name }) =>
      dated
        .filter(({ entry }) => entry.domain === name)
        .toSorted((a, b) => a.days.from - b.days.from)
        .map(({ entry, days }) => ({ of: entry.name, days, titleWidth: titleRoom(entry.title, measure) })),
    );
    return lanesOf(things, origin, scale, sizes);
  }, [lanesShown, dated, origin, scale, sizes, measure]);
  const releases = useMemo(() => labelled(releaseDays(entries), origin, scale, measure), [entries, origin, scale, measure]);
  const top = axisHeight(releases.rows);
  const last = lanes.at(-1);
  const height = last ? last.top + last.height : sizes.row;
  const wide = (over.to - origin) * scale;
  const x = (day: number) => (day - origin) * scale;

  useSteadyDays(scroller, { origin, scale, zoom, shown: window.width > 0, first: whole(pieces, today).from, today });

  const placeOf = (name: string) => {
    for (const [index, lane] of lanes.entries()) {
      const bar = lane.bars.find((one) => one.of === name);
      if (bar) return { lane, index, bar, y: lane.top + sizes.head + bar.row * sizes.row };
    }
    return undefined;
  };

  const show = (name: string) => {
    const area = scroller.current;
    const place = placeOf(name);
    if (!area || !place) return;
    const { bar, y } = place;
    if (bar.x < area.scrollLeft || bar.x + Math.min(bar.width, 120) > area.scrollLeft + area.clientWidth) area.scrollLeft = bar.x - area.clientWidth / 4;
    if (y < area.scrollTop) area.scrollTop = y - sizes.head;
    else if (y + sizes.row + top > area.scrollTop + area.clientHeight) area.scrollTop = y + sizes.row + top - area.clientHeight + 12;
  };
  const go = (name: string | undefined) => {
    if (!name) return;
    show(name);
    wanted.current = name;
    setCurrent(name);
  };
  useEffect(() => {
    if (!wanted.current) return;
    const bar = scroller.current?.querySelector<SVGGElement>(`[data-entry="${CSS.escape(wanted.current)}"]`);
    if (!bar) return;
    wanted.current = "";
    bar.focus({ preventScroll: true });
  });

  const may = (domain: string) => !readOnly && onMove !== undefined && (mayPlan?.(domain) ?? false);
  const laneAt = (y: number) => {
    const index = lanes.findIndex((lane) => y - top >= lane.top && y - top < lane.top + lane.height);
    return lanesShown[index]?.name;
  };
  const movedBy = ({ name, grip, byX, y }: Pull): (Moved & { refused?: string }) | undefined => {
    const one = byName.get(name);
    if (!one) return undefined;
    const planned: Planned = { kind: "dates", ...pulled(one.planned, grip, byX / scale, byWeeks(scale)) };
    const lane = grip === "whole" ? (laneAt(y) ?? one.entry.domain) : one.entry.domain;
    return lane !== one.entry.domain && !may(lane) ? { name, planned, domain: one.entry.domain, refused: lane } : { name, planned, domain: lane };
  };
  const mayMove = (name: string) => may(byName.get(name)?.entry.domain ?? "");
  const { hold, wasPull } = useGrip(scroller, {
    onPull(next) {
      if (!mayMove(next.name)) return;
      const to = movedBy(next);
      setPull((now) => (now && to && now.domain === to.domain && now.refused === to.refused && samePlanned(now.planned, to.planned) ? now : to));
    },
    onDrop(at) {
      const to = movedBy(at);
      const one = byName.get(at.name);
      setPull(undefined);
      if (one && !mayMove(at.name)) {
        onRefuse?.(one.entry.domain);
        return;
      }
      if (to && one && (to.domain !== one.entry.domain || !samePlanned(to.planned, one.planned))) onMove?.(to);
    },
    onCancel: () => setPull(undefined),
  });

  const key = (event: KeyboardEvent, name: string) => {
    const one = byName.get(name);
    const direction = ARROWS[event.key];
    if (!one || event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      if ((direction !== "left" && direction !== "right") || readOnly) return;
      event.preventDefault();
      if (!may(one.entry.domain)) {
        onRefuse?.(one.entry.domain);
        return;
      }
      const now = nudge?.name === name && nudge.planned.kind === "dates" ? nudge.planned : one.planned;
      const planned: Planned = { kind: "dates", ...pulled(now, "whole", (direction === "left" ? -1 : 1) * (event.shiftKey ? 1 : 7), false) };
      setNudge({ name, planned, domain: one.entry.domain });
      announce(t("nudged", { when: words.when(planned, "long"), way: words.way(wayOf(one.planned, planned) ?? 0) }));
    } else if (direction) {
      event.preventDefault();
      setNudge(undefined);
      go(neighbour(lanes, name, direction));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (nudge?.name === name && !samePlanned(nudge.planned, one.planned)) {
        onMove?.(nudge);
        setNudge(undefined);
      } else onOpen?.(name);
    } else if (event.key === "Escape" && nudge) {
      event.preventDefault();
      setNudge(undefined);
      announce(t("nudgedBack"));
    }
  };

  // What a bar calls is the same function at each drawing, and does what is to be done now.
  const latest = useRef({ hold, key, open: (_name: string) => {} });
  useEffect(() => {
    latest.current = { hold, key, open: (name) => !wasPull() && onOpen?.(name) };
  });
  const [calls] = useState(() => ({
    onHold: (event: PointerEvent, name: string, grip: Grip) => latest.current.hold(event, name, grip),
    onKey: (event: KeyboardEvent, name: string) => latest.current.key(event, name),
    onOpen: (name: string) => latest.current.open(name),
    onFocus: setCurrent,
    onBlur: () => setNudge(undefined),
  }));
  const labelOf = useSpoken(lanesShown);

  const reachable = byName.has(current) ? current : (lanes.find((lane) => lane.bars.length > 0)?.bars[0]?.of ?? "");
  const barHeight = sizes.row - 8;
  const view = { left: window.left, top: Math.max(0, window.top - top), width: window.width, height: window.height };
  const ghost = pull ?? nudge ?? pending;

  const common = (name: string) => {
    const one = byName.get(name);
    if (!one) return undefined;
    const { entry, planned } = one;
    return {
      name,
      title: entry.title,
      label: labelOf(entry),
      height: barHeight,
      share: shareDone(entry),
      progress: entry.progress && entry.progress.allItems > 0 ? t("share", { done: entry.progress.doneItems, all: entry.progress.allItems }) : "",
      openStart: planned.start === undefined,
      openEnd: planned.end === undefined,
      // A bar that begins on the screen need not know where the screen does.
      left: x(one.days.from) < window.left ? window.left : 0,
      movable: may(entry.domain),
      whoOf: props.whoOf,
    };
  };

  const drawBar = (bar: Placed<string>, laneTop: number) => {
    const shared = common(bar.of);
    const entry = byName.get(bar.of)?.entry;
    if (!shared || !entry) return null;
    const days = slipped?.get(bar.of) ?? 0;
    return (
      <TimelineBar
        key={bar.of}
        {...shared}
        x={bar.x}
        y={laneTop + sizes.head + bar.row * sizes.row}
        width={bar.width}
        colour={domainColour(domains, entry.domain)}
        slipped={days > 0 ? t("slippedBy", { length: words.length(days) }) : ""}
        look={bar.of === ghost?.name ? "left" : "here"}
        reachable={bar.of === reachable}
        {...calls}
        onHold={readOnly ? undefined : calls.onHold}
      />
    );
  };

  const drawGhost = (moved: Moved & { refused?: string }) => {
    const shared = common(moved.name);
    const place = placeOf(moved.name);
    const one = byName.get(moved.name);
    if (!shared || !place || !one || moved.planned.kind !== "dates") return null;
    const lane = lanes[lanesShown.findIndex(({ name }) => name === moved.domain)] ?? place.lane;
    const days = drawn(moved.planned, today);
    const row = lane === place.lane ? place.bar.row : 0;
    return (
      <TimelineBar
        {...shared}
        x={x(days.from)}
        y={lane.top + sizes.head + row * sizes.row}
        width={Math.max((days.to - days.from) * scale, 10)}
        colour={domainColour(domains, moved.domain)}
        slipped=""
        look="pulled"
        reachable={false}
      />
    );
  };

  const ghostLane = ghost ? lanes[lanesShown.findIndex(({ name }) => name === ghost.domain)] : undefined;
  const ghostFrom = ghost ? byName.get(ghost.name) : undefined;
  const hint = () => {
    if (!ghost || !ghostFrom || !ghostLane || ghost.planned.kind !== "dates") return null;
    const place = placeOf(ghost.name);
    const row = place && place.lane === ghostLane ? place.bar.row : 0;
    const refused = "refused" in ghost && typeof ghost.refused === "string" ? ghost.refused : "";
    const way = wayOf(ghostFrom.planned, ghost.planned) ?? 0;
    const left = Math.min(Math.max(x(drawn(ghost.planned, today).from), window.left + 8), window.left + Math.max(window.width - 260, 8));
    return (
      <div className={style.hint} style={{ left, top: top + ghostLane.top + sizes.head + (row + 1) * sizes.row }} aria-hidden="true">
        <strong>{words.when(ghost.planned)}</strong>
        <span>{words.way(way)}</span>
        {refused && <span>{t("notInLane", { domain: lanesShown.find(({ name }) => name === refused)?.displayName ?? "" })}</span>}
      </div>
    );
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without bars, what scrolls has to be reached by keys
    <div ref={scroller} className={style.scroller} role="group" aria-label={t("timeline")} tabIndex={dated.length === 0 ? 0 : undefined}>
      <div className={style.sizer} style={{ width: wide, height: top + height }}>
        {window.width > 0 && (
          <>
            <TimelineAxis origin={origin} scale={scale} width={wide} today={today} window={window} releases={releases} />
            <svg className={style.lanes} width={wide} height={height} style={{ top }}>
              <Fades />
              {lanes.map((lane, index) => (
                <g key={lanesShown[index]?.name}>
                  {index > 0 && <line className={style.between} x1={window.left} x2={window.left + window.width} y1={lane.top} y2={lane.top} />}
                  {pull && lane === ghostLane && <rect className={style.target} x={window.left} width={window.width} y={lane.top} height={lane.height} />}
                </g>
              ))}
              {releases.marks.map(
                ({ release, x }) =>
                  x > window.left - 10 && x < window.left + window.width + 10 && <line key={release} className={style.releaseLine} x1={x} x2={x} y1={0} y2={height} />,
              )}
              <line className={style.todayLine} x1={x(today)} x2={x(today)} y1={-10} y2={height} />
              {lanes.map((lane, index) => {
                const shown = seen(lane, sizes, view, (bar) => titleRoom(byName.get(bar.of)?.entry.title ?? ""));
                // What has the focus keeps it, wherever it was scrolled to.
                const focused = lane.bars.find((bar) => bar.of === reachable && !shown.includes(bar));
                const bars = focused ? [...shown, focused] : shown;
                return (
                  bars.length > 0 && (
                    <g key={lanesShown[index]?.name} role="group" aria-label={lanesShown[index]?.displayName}>
                      {bars.map((bar) => drawBar(bar, lane.top))}
                    </g>
                  )
                );
              })}
              {ghost && drawGhost(ghost)}
            </svg>
            {lanes.map((lane, index) => (
              <div key={lanesShown[index]?.name} className={style.laneName} style={{ top: top + lane.top + 6 }}>
                <span>
                  <i style={{ "--swatch": domainColour(domains, lanesShown[index]?.name ?? "") } as React.CSSProperties} />
                  {lanesShown[index]?.displayName}
                  {lane.bars.length === 0 && <small>{t("nothingDated")}</small>}
                </span>
              </div>
            ))}
            {hint()}
          </>
        )}
      </div>
    </div>
  );
}
