/** What the roadmap is for: the vision, the goals, and what serves none of them. Items without a goal are beside them. */

import type { Moment } from "../api/gen/koepel/v1/common_pb";
import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { GoalsPart } from "./GoalsPart";
import { GoallessItems } from "./GoallessItems";
import { VisionPart } from "./VisionPart";
import style from "./PurposeView.module.css";

export function PurposeView({ entries, moment, readOnly }: { entries: readonly RoadmapEntry[]; moment: Moment | undefined; readOnly: boolean }) {
  return (
    <div className={style.purpose}>
      <div className={style.beside}>
        <VisionPart moment={moment} readOnly={readOnly} />
        <GoallessItems moment={moment} />
      </div>
      <GoalsPart entries={entries} moment={moment} readOnly={readOnly} />
    </div>
  );
}
