/** What the server was asked for this page, and what it has not answered: what is not known is not nothing. Knows no calls. */

import { Code } from "@connectrpc/connect";
import { refusalOf } from "../api/refusal";

export type What = "escalations" | "decisions" | "requests" | "gaps" | "points" | "deliveries";

export interface Question {
  readonly what: What;
  readonly isAnswered: boolean;
  /** Why there is no answer so far; nothing while it is waited for. */
  readonly thrown: unknown;
}

export interface Stand {
  /** Whether nothing is waited for any more. */
  readonly known: boolean;
  /** What could not be asked, each once. */
  readonly unanswered: readonly What[];
  /** Why, for one of them. */
  readonly thrown: unknown;
}

/** A server that does not know a question yet has nothing to say to it. */
function isUnknown(thrown: unknown): boolean {
  return thrown !== null && thrown !== undefined && refusalOf(thrown).code === Code.Unimplemented;
}

export function standOf(questions: readonly Question[]): Stand {
  const open = questions.filter(({ isAnswered, thrown }) => !isAnswered && !isUnknown(thrown));
  const failed = open.filter(({ thrown }) => thrown !== null && thrown !== undefined);
  return { known: open.length === failed.length, unanswered: [...new Set(failed.map(({ what }) => what))], thrown: failed[0]?.thrown };
}
