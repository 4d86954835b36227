import { expect, test } from "vitest";
import { asked, type Question, questionOf, searchOf } from "./question";

const nothing: Question = { words: "", domain: "", topic: "" };

test("what an address asks, and the address of what is asked", () => {
  const cases: readonly (readonly [string, Question, string])[] = [
    ["", nothing, ""],
    ["?q=gift+cards", { ...nothing, words: "gift cards" }, "?q=gift+cards"],
    ["?q=gift&domain=online", { ...nothing, words: "gift" }, "?q=gift"],
    ["?domain=online", { ...nothing, domain: "online" }, "?domain=online"],
    ["?topic=BUDGET&domain=online", { ...nothing, topic: "BUDGET", domain: "online" }, "?domain=online&topic=BUDGET"],
    ["?topic=LOVE&domain=../x", nothing, ""],
  ];
  for (const [address, question, search] of cases) {
    expect(questionOf(new URLSearchParams(address)), address).toEqual(question);
    expect(searchOf(question), address).toBe(search);
  }
});

test("what is sent", () => {
  const sent = (question: Partial<Question>) => asked("products/shop", { ...nothing, ...question })?.what;
  expect(sent({})).toBeUndefined();
  expect(sent({ words: "gift" })).toEqual({ case: "question", value: "gift" });
  expect(sent({ domain: "online" })).toEqual({ case: "domain", value: "products/shop/domains/online" });
  expect(sent({ topic: "BUDGET" })).toEqual({ case: "matter", value: { topic: 6, domain: "" } });
  expect(sent({ topic: "BUDGET", domain: "online" })).toEqual({ case: "matter", value: { topic: 6, domain: "products/shop/domains/online" } });
});
