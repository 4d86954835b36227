/** The moment that a page shows, as its address says it: `?as_of=2026-11-01`, a version or a sync. Nothing: now. */

import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { type Moment, MomentSchema } from "../api/gen/koepel/v1/common_pb";

export type AsOf =
  | { readonly kind: "now" }
  | { readonly kind: "day"; readonly day: string }
  | { readonly kind: "version"; readonly version: bigint }
  | { readonly kind: "sync"; readonly sync: string };

/** Whether it is a day of the calendar, and one that has begun. */
function isPastDay(text: string, today: Date): boolean {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day && date <= today;
}

/** Reads the part of an address; what is no moment is now. */
export function asOfText(text: string | null): AsOf {
  return asOfOn(text, new Date());
}

/** The same on a given day. */
export function asOfOn(text: string | null, today: Date): AsOf {
  if (!text) return { kind: "now" };
  if (isPastDay(text, today)) return { kind: "day", day: text };
  if (/^\d{1,18}$/.test(text)) return { kind: "version", version: BigInt(text) };
  if (/^sync:[A-Za-z0-9-]{1,40}$/.test(text)) return { kind: "sync", sync: text.slice(5) };
  return { kind: "now" };
}

/** The other way round; empty for now. */
export function textOf(asOf: AsOf): string {
  switch (asOf.kind) {
    case "now":
      return "";
    case "day":
      return asOf.day;
    case "version":
      return String(asOf.version);
    case "sync":
      return `sync:${asOf.sync}`;
  }
}

/** A day is shown as it was at its end, by the reader's own clock: what happened on it has happened then. */
export function momentOf(asOf: AsOf, product: string): Moment | undefined {
  switch (asOf.kind) {
    case "now":
      return undefined;
    case "day": {
      const [year = 0, month = 1, day = 1] = asOf.day.split("-").map(Number);
      return create(MomentSchema, { at: { case: "time", value: timestampFromDate(new Date(year, month - 1, day, 23, 59, 59, 999)) } });
    }
    case "version":
      return create(MomentSchema, { at: { case: "version", value: asOf.version } });
    case "sync":
      return create(MomentSchema, { at: { case: "sync", value: `${product}/syncs/${asOf.sync}` } });
  }
}

/** The moment of this page's address, for `asOf` of queries; and how to say it. */
export function useAsOf(product: string): { asOf: AsOf; moment: Moment | undefined; isPast: boolean } {
  const [search] = useSearchParams();
  const text = search.get("as_of");
  return useMemo(() => {
    const asOf = asOfText(text);
    return { asOf, moment: momentOf(asOf, product), isPast: asOf.kind !== "now" };
  }, [text, product]);
}
