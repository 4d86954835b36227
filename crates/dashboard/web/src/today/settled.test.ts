import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { GapSchema } from "../api/gen/koepel/v1/directory_pb";
import { VacancySchema } from "../api/gen/koepel/v1/product_pb";
import type { LiveEvent } from "../live/event";
import type { Need } from "./needs";
import { settled } from "./settled";

const gapNeed = (id: number): Need => {
  const name = `products/shop/gaps/${id}`;
  return { kind: "gap", gap: create(GapSchema, { name }), key: name, subject: name, atMs: 0 };
};
const seat: Need = { kind: "vacant", vacancy: create(VacancySchema), key: "vacancy/2/x", subject: "", atMs: 0 };

const event = (subject: string, actor: string, type = "GapResolved"): LiveEvent => ({ version: 1n, index: 0, type, subject, actor, timeMs: 0, data: "" });

function check(before: readonly Need[], after: readonly Need[], news: readonly LiveEvent[], expected: readonly string[]) {
  expect(settled(before, after, news, "people/p-me").map(({ need, actor, type }) => `${need.key} ${actor} ${type}`)).toEqual(expected);
}

test("what somebody else settled is told, with who it was", () => {
  const news = [event("products/shop/gaps/1", "people/p-a"), event("products/shop/gaps/1", "people/p-b")];
  check([gapNeed(1), gapNeed(2)], [gapNeed(2)], news, ["products/shop/gaps/1 people/p-a GapResolved"]);
});

test("a seat is settled by whoever filled one", () => {
  check([seat], [], [event("products/shop", "people/p-a", "RoleGranted")], ["vacancy/2/x people/p-a RoleGranted"]);
});

test("what one did oneself, and what went away without news, is not told", () => {
  check([gapNeed(1)], [], [event("products/shop/gaps/1", "people/p-me")], []);
  check([gapNeed(1)], [], [], []);
  check([gapNeed(1)], [gapNeed(1)], [event("products/shop/gaps/1", "people/p-a")], []);
});
