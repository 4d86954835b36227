/** How high a row is, in pixels: from the tokens, so that it follows the density that the reader chose. */

import { useEffect, useState } from "react";

function rowPx(): number {
  const root = getComputedStyle(document.documentElement);
  const rem = Number.parseFloat(root.fontSize) || 16;
  const row = Number.parseFloat(root.getPropertyValue("--row")) || 2.5;
  return Math.round(row * rem);
}

/** `lines`: two where a row has a second line. Fingers need more than a dense row. */
export function useRowHeight(lines: 1 | 2): number {
  const [px, setPx] = useState(rowPx);
  const [coarse, setCoarse] = useState(() => matchMedia("(pointer: coarse)").matches);
  useEffect(() => {
    const pointer = matchMedia("(pointer: coarse)");
    const measure = () => setPx(rowPx());
    const point = () => setCoarse(pointer.matches);
    addEventListener("koepel-density", measure);
    pointer.addEventListener("change", point);
    return () => {
      removeEventListener("koepel-density", measure);
      pointer.removeEventListener("change", point);
    };
  }, []);
  const one = coarse ? Math.max(px, 44) : px;
  return lines === 2 ? Math.round(one * 1.4) : one;
}
