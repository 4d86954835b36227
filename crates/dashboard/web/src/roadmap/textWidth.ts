/** How wide a text is when it is drawn, and how much of it fits. Measured once a text and font. */

import { useEffect, useState } from "react";

const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

export function textWidth(text: string, font: string): number {
  const key = `${font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 8;
  context.font = font;
  const width = context.measureText(text).width;
  if (widths.size > 20_000) widths.clear();
  widths.set(key, width);
  return width;
}

/** As much of a text as fits; what is left out is shown as left out. */
export function fitting(text: string, font: string, width: number): string {
  if (textWidth(text, font) <= width) return text;
  let few = 0;
  let many = text.length;
  while (few < many) {
    const half = Math.ceil((few + many) / 2);
    if (textWidth(`${text.slice(0, half).trimEnd()}…`, font) <= width) few = half;
    else many = half - 1;
  }
  return few === 0 ? "" : `${text.slice(0, few).trimEnd()}…`;
}

export type Measure = (text: string, font: string) => number;

/** What measures; another function when the page's font has come, as what was measured before is not true any more. */
export function useMeasure(): Measure {
  const [measure, setMeasure] = useState<Measure>(() => textWidth);
  useEffect(() => {
    let left = false;
    void document.fonts.ready.then(() => {
      if (left) return;
      widths.clear();
      setMeasure(() => (text: string, font: string) => textWidth(text, font));
    });
    return () => {
      left = true;
    };
  }, []);
  return measure;
}
