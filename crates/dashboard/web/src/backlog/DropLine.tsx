/** The line between two rows where a dragged one would go, and what that would do, once the pointer rests. */

import { useEffect, useState } from "react";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { useDragged, useHover } from "./drag";
import { EffectText, useEffectOf } from "./EffectText";
import style from "./List.module.css";
import { placeFor } from "./place";
import type { Shown } from "./shown";

const RESTS_MS = 120;

export interface DropLineProps {
  readonly list: string;
  readonly shown: Shown;
  readonly rowHeight: number;
  /** How much further down the rows are than what is scrolled. */
  readonly shift: number;
  /** Why a row may not go into this list; `undefined` if it may. */
  readonly refused: (row: BacklogRow) => string | undefined;
}

export function DropLine({ list, shown, rowHeight, shift, refused }: DropLineProps) {
  const dragged = useDragged();
  const hover = useHover(list);
  if (!dragged || !hover) return null;
  const why = refused(dragged.row);
  const high = hover.gap > 2 && hover.gap >= shown.open - 1;
  return (
    <div className={`${style.line} ${why ? style.not : ""} ${high ? style.high : ""}`} style={{ transform: `translate3d(0, ${hover.gap * rowHeight - shift}px, 0)` }}>
      {why ? (
        <div className={style.says}>
          <p className={style.refuses}>{why}</p>
        </div>
      ) : (
        <Says key={hover.gap} list={list} shown={shown} row={dragged.row} gap={hover.gap} />
      )}
    </div>
  );
}

function Says({ list, shown, row, gap }: { list: string; shown: Shown; row: BacklogRow; gap: number }) {
  const [rests, setRests] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRests(true), RESTS_MS);
    return () => clearTimeout(timer);
  }, []);
  const place = placeFor(shown, row.name, shown.find(row.name), { kind: "gap", gap });
  const { effect, refused } = useEffectOf(list, row, rests ? place : undefined);
  if (!effect && !refused) return null;
  return (
    <div className={style.says}>
      <EffectText effect={effect} refused={refused} />
    </div>
  );
}
