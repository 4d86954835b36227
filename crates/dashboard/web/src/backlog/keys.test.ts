import { expect, test } from "vitest";
import { commandOf, moveFocus, pageCommandOf } from "./keys";

const press = (key: string, ...held: ("altKey" | "ctrlKey" | "metaKey")[]) => ({ key, altKey: held.includes("altKey"), ctrlKey: held.includes("ctrlKey"), metaKey: held.includes("metaKey") });

test.each([
  ["ArrowDown", 4, 5],
  ["ArrowUp", 0, 0],
  ["ArrowDown", 50, 50],
  ["PageDown", 45, 50],
  ["PageUp", 12, 2],
  ["Home", 30, 0],
  ["End", 3, 50],
  ["x", 3, undefined],
])("%s from %i of 51 goes to %s", (key, from, then) => {
  expect(moveFocus(press(key), from, 51, 10)).toBe(then);
});

test("nothing is gone to where there is nothing", () => {
  expect(moveFocus(press("ArrowDown"), 0, 0, 10)).toBeUndefined();
});

test.each([
  [press("ArrowUp", "altKey"), "up"],
  [press("End", "altKey"), "bottom"],
  [press("m"), "place"],
  [press("M"), "place"],
  [press("?"), "keys"],
  [press("m", "ctrlKey"), undefined],
  [press("m", "altKey"), undefined],
  [press("ArrowUp"), undefined],
])("%o says %s", (key, then) => {
  expect(commandOf(key)).toBe(then);
});

test.each([
  ["u", "nothing", true, "undo"],
  ["n", "nothing", true, "create"],
  ["?", "nothing", true, "keys"],
  ["u", "nothing", false, undefined],
  ["?", "nothing", false, undefined],
  ["u", "list", false, "undo"],
  ["n", "else", true, undefined],
  ["m", "nothing", true, undefined],
  ["m", "list", true, undefined],
  ["Enter", "nothing", true, undefined],
] as const)("%s on the page, with the focus on %s and letters %s, is %s", (key, focus, on, then) => {
  expect(pageCommandOf(press(key), focus, on)).toBe(then);
  expect(pageCommandOf(press(key, "ctrlKey"), focus, on)).toBeUndefined();
  expect(pageCommandOf(press(key, "altKey"), focus, on)).toBeUndefined();
});
