import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { type Question, standOf, type What } from "./questions";

const answered = (what: What): Question => ({ what, isAnswered: true, thrown: null });
const waited = (what: What): Question => ({ what, isAnswered: false, thrown: null });
const failed = (what: What, code = Code.Unavailable): Question => ({ what, isAnswered: false, thrown: new ConnectError("no", code) });

test("what is not known is not nothing", () => {
  const check = (questions: readonly Question[], known: boolean, unanswered: readonly What[]) => {
    expect(standOf(questions)).toMatchObject({ known, unanswered });
  };
  check([answered("escalations"), answered("requests")], true, []);
  check([answered("escalations"), waited("requests")], false, []);
  check([answered("escalations"), failed("requests")], true, ["requests"]);
  check([failed("escalations"), failed("escalations"), waited("requests")], false, ["escalations"]);
  check([failed("requests", Code.Internal), failed("gaps", Code.PermissionDenied)], true, ["requests", "gaps"]);
  // A server that does not know the question yet is no failure.
  check([answered("escalations"), failed("requests", Code.Unimplemented)], true, []);
  // An answer that could not be asked for anew is still one.
  check([{ what: "escalations", isAnswered: true, thrown: new ConnectError("no", Code.Unavailable) }], true, []);
});
