import { expect, test } from "vitest";
import { aroundSubject } from "./subject";

test("a subject is found as a whole word", () => {
  const check = (sentence: string, id: string, found: readonly string[] | undefined) => expect(aroundSubject(sentence, id), sentence).toEqual(found);
  check("ONLINE-4 “Pay” rose", "ONLINE-4", ["", "ONLINE-4", " “Pay” rose"]);
  check("ONLINE-42 rose past ONLINE-4.", "ONLINE-4", ["ONLINE-42 rose past ", "ONLINE-4", "."]);
  check("ONLINE-42 rose", "ONLINE-4", undefined);
  check("Roadmap entry 5 “One card” slipped", "5", ["", "Roadmap entry 5", " “One card” slipped"]);
  check("The plan “3 stores” slipped", "7", undefined);
  check("", "", undefined);
});
