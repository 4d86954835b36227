import fc from "fast-check";
import { expect, test } from "vitest";
import { freeId, idFrom, keyFrom } from "./ids";

test("ids of names", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["Back office", "back-office", "BACKOFFICE"],
    ["  Børn & Unge ", "born-unge", "BORNUNGE"],
    ["Privé", "prive", "PRIVE"],
    ["3D-print", "d-print", "DPRINT"],
    ["!!!", "", ""],
  ];
  for (const [name, id, key] of cases) {
    expect(idFrom(name), name).toBe(id);
    expect(keyFrom(id), name).toBe(key);
  }
});

test("an id is one that the server takes, or empty", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (name) => /^([a-z][a-z0-9-]{0,39})?$/.test(idFrom(name))));
});

test("an id that is free", () => {
  expect(freeId("budget", new Set())).toBe("budget");
  expect(freeId("budget", new Set(["budget", "budget-2"]))).toBe("budget-3");
});
