import { expect, test } from "vitest";
import { labelOf, merged, personOf } from "./people";

const hanna = { name: "people/p-1", displayName: "Hanna Visser" };
const jens = { name: "people/p-2", displayName: "Jens Holm" };
const other = { name: "people/p-3", displayName: "Jens Holm" };
const known = [hanna, jens, other];

test("whoever is suggested is found by what is suggested", () => {
  for (const one of known) expect(personOf(labelOf(one), known)).toBe(one.name);
});

test("whom somebody means", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["", undefined],
    ["  hanna visser ", "people/p-1"],
    ["Jens Holm", undefined],
    ["p-2", "people/p-2"],
    ["people/p-9", "people/p-9"],
    ["Nobody Known", undefined],
  ];
  for (const [typed, person] of cases) expect(personOf(typed, known), typed).toBe(person);
});

test("each person once, with a name if there is one", () => {
  expect(merged([{ name: "people/p-1", displayName: "" }], [hanna], [jens])).toEqual([hanna, jens]);
});
