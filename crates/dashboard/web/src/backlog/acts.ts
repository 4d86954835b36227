/** What can be done with a row of a backlog, wherever it was asked for: by keys or in its menu. */

import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";

export type Step = "up" | "down" | "top" | "bottom";
export type Question = "place" | "pin" | "unpin" | "domain";

export interface RowActs {
  /** What this list's rows can be moved by; why not, if they cannot. */
  readonly unmovable: (row: BacklogRow, step?: Step) => string | undefined;
  readonly unpinnable: (row: BacklogRow) => string | undefined;
  readonly unmovableDomain: (row: BacklogRow) => string | undefined;
  readonly step: (row: BacklogRow, index: number, step: Step) => void;
  readonly ask: (question: Question, row: BacklogRow, index: number) => void;
  /** Opens the panel that says why it stands there; `undefined` where there is none. */
  readonly why: ((row: BacklogRow) => void) | undefined;
  readonly open: (row: BacklogRow) => void;
  readonly undo: () => void;
  readonly keys: () => void;
  readonly create: () => void;
}
