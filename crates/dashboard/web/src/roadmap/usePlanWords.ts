/** What is planned, told in the reader's language: when, how far, by how much it moved. */

import { useTranslation } from "react-i18next";
import type { Progress, RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { day, list, number } from "../i18n/format";
import { locale } from "../i18n/language";
import { dateOf, weeksAndDays } from "./days";
import { groupOf } from "./plan";
import { type Planned, plannedOf } from "./span";

type Style = "long" | "medium";

export function usePlanWords() {
  const { t } = useTranslation("roadmap");

  /** `2 November 2026 to 16 April 2027`, `next`. */
  const when = (planned: Planned, style: Style = "medium"): string => {
    if (planned.kind === "horizon") {
      const group = groupOf(planned);
      return t(`horizon.${group === "dates" ? "later" : group}`);
    }
    const start = planned.start === undefined ? "" : day(dateOf(planned.start), style);
    const end = planned.end === undefined ? "" : day(dateOf(planned.end), style);
    if (start && end) return t("fromTo", { start, end });
    return start ? t("from", { start }) : t("until", { end });
  };

  /** `1 of 2 items done`. */
  const progress = (of: Progress | undefined): string =>
    of && of.allItems > 0 ? t("itemsDone", { count: of.allItems, done: number(of.doneItems), all: number(of.allItems) }) : t("noItems");

  /** `2 of 15 by estimate`; empty if nothing is estimated. */
  const estimate = (of: Progress | undefined): string =>
    of && of.allEstimate > 0 ? t("estimateDone", { done: number(of.doneEstimate), all: number(of.allEstimate) }) : "";

  /** `2 weeks and 3 days`, without a way. */
  const length = (days: number): string => {
    const unit = (value: number, unit: "week" | "day") => new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(value);
    const { weeks, days: rest } = weeksAndDays(Math.abs(days));
    const parts = [weeks > 0 ? unit(weeks, "week") : "", rest > 0 || weeks === 0 ? unit(rest, "day") : ""].filter(Boolean);
    return list(parts);
  };

  /** `2 weeks and 3 days later`. */
  const way = (days: number): string => {
    if (days === 0) return t("unmoved");
    return days > 0 ? t("laterBy", { length: length(days) }) : t("earlierBy", { length: length(days) });
  };

  /** All that a bar says, for whoever hears the page. */
  const spoken = (entry: RoadmapEntry, domain: string): string =>
    [
      entry.title,
      domain,
      when(plannedOf(entry.when), "long"),
      progress(entry.progress),
      entry.release ? t("inRelease", { release: entry.release }) : "",
    ]
      .filter(Boolean)
      .join(", ");

  return { when, progress, estimate, length, way, spoken };
}
