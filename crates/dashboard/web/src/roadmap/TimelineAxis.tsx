/** The top of a timeline: years, quarters, months, weeks, where today is, and when releases come. Drawn as far as it is seen. */

import { useTranslation } from "react-i18next";
import { locale } from "../i18n/language";
import { dateOf, dayOf, weekOf } from "./days";
import { rowsOf, type Window } from "./layout";
import { fitting, type Measure, textWidth } from "./textWidth";
import { type Tick, ticksOf, unitsOf } from "./ticks";
import style from "./RoadmapTimeline.module.css";

const LINE = 22;
const RELEASE = 20;
const RELEASE_ROWS = 3;
const FONT = '400 12px "Atkinson Hyperlegible Next", sans-serif';

export interface Release {
  readonly release: string;
  readonly day: number;
}

/** The releases with the row that the label of each is in; those that have none are lines without one. */
export function labelled(releases: readonly Release[], origin: number, scale: number, measure: Measure) {
  const marks = releases.map(({ release, day }) => ({ release, day, x: (day + 1 - origin) * scale }));
  const { rows, count } = rowsOf(marks.map(({ x, release }) => ({ from: x, to: x + Math.min(measure(release, FONT), 160) + 24 })));
  return { marks: marks.map((mark, index) => ({ ...mark, row: rows[index] ?? 0 })), rows: Math.min(count, RELEASE_ROWS) };
}

export function axisHeight(rows: number): number {
  return 2 * LINE + rows * RELEASE + 4;
}

interface Props {
  readonly origin: number;
  readonly scale: number;
  readonly width: number;
  readonly today: number;
  readonly window: Window;
  readonly releases: ReturnType<typeof labelled>;
}

export function TimelineAxis({ origin, scale, width, today, window, releases }: Props) {
  const { t, i18n } = useTranslation("roadmap");
  const over = { from: Math.floor(origin + window.left / scale), to: Math.ceil(origin + (window.left + window.width) / scale) };
  const [coarse, fine] = unitsOf(scale);
  const height = axisHeight(releases.rows);
  const x = (day: number) => (day - origin) * scale;

  const word = ({ unit, from }: Tick): string => {
    const { year, month, day } = dayOf(from);
    const quarter = Math.floor((month - 1) / 3) + 1;
    switch (unit) {
      case "week":
        return i18n.language === "en" ? String(day) : t("week", { week: weekOf(from) });
      case "month":
        return new Intl.DateTimeFormat(locale(), coarse === "month" ? { month: "long", year: "numeric", timeZone: "UTC" } : { month: "short", timeZone: "UTC" }).format(dateOf(from));
      case "quarter":
        return coarse === "quarter" ? t("quarterOf", { quarter, year }) : t("quarter", { quarter });
      case "year":
        return String(year);
    }
  };

  const todayWord = t("today");
  const half = (textWidth(todayWord, FONT) + 12) / 2;
  // A word gives way to that of today.
  const isFree = (left: number, text: string) => left + 10 + textWidth(text, FONT) < x(today) - half || left + 4 > x(today) + half;
  return (
    <svg className={style.axis} width={width} height={height} aria-hidden="true">
      {ticksOf(coarse, over, scale).map((tick) => {
        const left = Math.max(x(tick.from), window.left);
        const text = fitting(word(tick), FONT, x(tick.to) - left - 12);
        return (
          <g key={`${tick.unit}-${tick.from}`}>
            <line className={style.coarse} x1={x(tick.from)} x2={x(tick.from)} y1={0} y2={2 * LINE} />
            <text className={style.coarseText} x={left + 8} y={15}>
              {text}
            </text>
          </g>
        );
      })}
      {fine &&
        ticksOf(fine, over, scale).map((tick) => (
          <g key={`${tick.unit}-${tick.from}`}>
            <line className={style.fine} x1={x(tick.from)} x2={x(tick.from)} y1={LINE} y2={2 * LINE} />
            <text className={style.fineText} x={x(tick.from) + 6} y={LINE + 15}>
              {isFree(x(tick.from), word(tick)) ? fitting(word(tick), FONT, x(tick.to) - x(tick.from) - 8) : ""}
            </text>
          </g>
        ))}
      {releases.marks.map(
        ({ release, x, row }) =>
          row < releases.rows &&
          x + 200 > window.left &&
          x < window.left + window.width && (
            <g key={release} transform={`translate(${x} ${2 * LINE + row * RELEASE})`}>
              <path className={style.flag} d="M0 0v20M0 4h7l-2.500 3.500L7 11H0" />
              <text className={style.release} x={11} y={12}>
                {fitting(release, FONT, 160)}
              </text>
            </g>
          ),
      )}
      <g transform={`translate(${x(today)} 0)`}>
        <rect className={style.todayFlag} x={-half} y={LINE + 1} width={2 * half} height={20} rx={10} />
        <text className={style.todayText} y={LINE + 15} textAnchor="middle">
          {todayWord}
        </text>
      </g>
      <line className={style.coarse} x1={window.left} x2={window.left + window.width} y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}
