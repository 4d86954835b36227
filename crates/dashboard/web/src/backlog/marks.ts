/** A text in parts, of which some are marked. Marks count code points, as the server does; texts here count in other units. */

import type { MarkedText } from "../api/gen/koepel/v1/backlog_pb";

export interface Part {
  readonly text: string;
  readonly marked: boolean;
}

export function partsOf({ text, marks }: Pick<MarkedText, "text"> & { readonly marks: readonly { readonly start: number; readonly end: number }[] }): readonly Part[] {
  if (marks.length === 0) return text ? [{ text, marked: false }] : [];
  const points = [...text];
  const parts: Part[] = [];
  let at = 0;
  const add = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: points.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const { start, end } of marks) {
    add(Math.min(start, points.length), false);
    add(Math.min(end, points.length), true);
  }
  add(points.length, false);
  return parts;
}
