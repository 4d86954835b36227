import fc from "fast-check";
import { expect, test } from "vitest";
import { Edge } from "../api/gen/koepel/v1/common_pb";
import { placeOf, placeTyped, type Wanted } from "./places";

test("places become what the server takes", () => {
  const check = (wanted: Wanted, place: unknown) => expect(placeOf(wanted, "a", 5), JSON.stringify(wanted)).toEqual(place);
  check({ way: "top" }, { at: { case: "edge", value: Edge.TOP } });
  check({ way: "at", at: 2, holder: "b" }, { at: { case: "before", value: "b" } });
  check({ way: "at", at: 9, holder: "c" }, { at: { case: "after", value: "c" } });
  check({ way: "at", at: 5, holder: "a" }, undefined);
  check({ way: "at", at: 9 }, undefined);
  check({ way: "below", other: "b" }, { at: { case: "after", value: "b" } });
  check({ way: "above", other: "a" }, undefined);
  check({ way: "above" }, undefined);
});

test("a place that was typed is reached", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), (order, x, y) => {
      const from = (x % order.length) + 1;
      const at = (y % order.length) + 1;
      const item = order[from - 1] ?? "";
      const place = placeOf({ way: "at", at, holder: order[at - 1] }, item, from);
      if (!place?.at) return;
      const rest = order.filter((one) => one !== item);
      const next = rest.indexOf(String(place.at.value));
      rest.splice(place.at.case === "before" ? next : next + 1, 0, item);
      expect(rest.indexOf(item) + 1).toBe(at);
    }),
  );
});

test("only places that there are", () => {
  expect(placeTyped("3", 5)).toBe(3);
  for (const typed of ["0", "6", "", "-1", "2.5", "x"]) expect(placeTyped(typed, 5), typed).toBeUndefined();
});
