import { expect, test } from "vitest";
import { decisionsIn } from "./decisions";

test.each([
  ["moved from place 17 to 3, by decision 4", ["4"]],
  ["door besluit 12", ["12"]],
  ["som beslutning 7 siger; beslutningen 7", ["7"]],
  ["products/one-shop/decisions/9", ["9"]],
  ["moved from place 17 to 3", []],
])("%s", (text, then) => {
  expect(decisionsIn(text)).toEqual(then);
});
