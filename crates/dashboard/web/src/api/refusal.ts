/**
 * What the server says no with, taken apart: a stable code, the fields, the values. In which words a person is told is
 * decided in `RefusalText`.
 */

import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "./gen/google/rpc/error_details_pb";

export interface Refusal {
  /** A stable code, such as `NOT_IN_MANDATE`; `OFFLINE` if the server cannot be reached. */
  readonly reason: string;
  readonly code: Code;
  /** In the server's English words, with the values. */
  readonly message: string;
  /** Values that the code is about. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with which field, such as `item.title`. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Takes whatever was thrown for a refusal. */
export function refusalOf(thrown: unknown): Refusal {
  const error = ConnectError.from(thrown);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const fields = new Map<string, string>();
  for (const { fieldViolations } of error.findDetails(BadRequestSchema)) {
    for (const { field, description } of fieldViolations) fields.set(field, description);
  }
  return {
    reason: info?.reason ?? fallback(error.code, thrown),
    code: error.code,
    message: error.rawMessage,
    values: info?.metadata ?? {},
    fields,
  };
}

function fallback(code: Code, thrown: unknown): string {
  // A browser that reaches nobody throws a TypeError, which says nothing more.
  if (thrown instanceof TypeError || code === Code.Unavailable) return "OFFLINE";
  if (code === Code.Unknown || code === Code.Internal) return isLost(thrown) ? "OFFLINE" : "UNEXPECTED";
  if (code === Code.Unauthenticated) return "UNAUTHENTICATED";
  return Code[code].toUpperCase();
}

function isLost(thrown: unknown): boolean {
  const cause = thrown instanceof ConnectError ? thrown.cause : undefined;
  return cause instanceof TypeError || (thrown instanceof ConnectError && /fetch|network|load failed|missing trailer/i.test(thrown.rawMessage));
}

/** Whether it is not known what became of the command: the same one may be sent again, with the same request id. */
export function isUncertain(thrown: unknown): boolean {
  const { reason, code } = refusalOf(thrown);
  return reason === "OFFLINE" || code === Code.Unavailable || code === Code.DeadlineExceeded || code === Code.Canceled;
}
