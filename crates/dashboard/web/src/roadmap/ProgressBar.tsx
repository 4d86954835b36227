/** How far an entry is: a bar, and the same in words beside it. */

import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { shareDone } from "./plan";
import { usePlanWords } from "./usePlanWords";
import style from "./ProgressBar.module.css";

export function ProgressBar({ entry, wordy = false }: { entry: RoadmapEntry; wordy?: boolean }) {
  const words = usePlanWords();
  const share = shareDone(entry);
  const estimate = wordy ? words.estimate(entry.progress) : "";
  return (
    <span className={`${style.progress} ${wordy ? style.wordy : ""}`}>
      {share !== undefined && (
        <span className={style.track} aria-hidden="true">
          <span className={style.done} style={{ width: `${share * 100}%` }} />
        </span>
      )}
      <span>{words.progress(entry.progress)}</span>
      {estimate && <span className={style.estimate}>{estimate}</span>}
    </span>
  );
}
