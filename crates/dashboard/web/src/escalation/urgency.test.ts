import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Escalation, EscalationSchema, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { byUrgency, clockOf, waitsFor } from "./urgency";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 29, 12);

function escalation(id: number, dueInHours: number | undefined, rest: Partial<Escalation> = {}): Escalation {
  const line = dueInHours === undefined ? [] : [{ title: "the Chief PO", dueTime: timestampFromMs(NOW + dueInHours * HOUR) }];
  return create(EscalationSchema, {
    name: `products/shop/escalations/${id}`,
    state: EscalationState.OPEN,
    line,
    turn: line.length,
    raiseVersion: BigInt(id),
    ...rest,
  } as never);
}

function check(given: readonly Escalation[], expected: readonly string[]) {
  expect(byUrgency(given, NOW).map(({ name }) => name.slice(name.lastIndexOf("/") + 1))).toEqual(expected);
}

test("what is overdue comes first, then what is due next, then what waits for nobody, then what is closed", () => {
  check(
    [
      escalation(1, 48),
      escalation(2, undefined),
      escalation(3, 2),
      escalation(4, -2, { overdue: true }),
      escalation(5, -30, { overdue: true }),
      escalation(6, 1, { state: EscalationState.DECIDED }),
    ],
    ["5", "4", "3", "1", "2", "6"],
  );
});

test("of those that are closed, the last raised comes first", () => {
  const closed = { state: EscalationState.WITHDRAWN };
  check([escalation(1, 1, closed), escalation(3, 1, closed), escalation(2, 1, closed)], ["3", "2", "1"]);
});

test("the clock says how near the time is", () => {
  const kind = (one: Escalation) => clockOf(one, NOW).kind;
  expect(kind(escalation(1, 5))).toBe("later");
  expect(kind(escalation(1, 3))).toBe("soon");
  expect(kind(escalation(1, 0))).toBe("overdue");
  expect(kind(escalation(1, 5, { overdue: true }))).toBe("overdue");
  expect(kind(escalation(1, undefined))).toBe("nobody");
  expect(kind(escalation(1, 5, { state: EscalationState.DECIDED }))).toBe("closed");
});

test("it waits for those who may decide it, while it is open", () => {
  const deciders = ["people/p-1"];
  expect(waitsFor(escalation(1, 1, { deciders }), "people/p-1")).toBe(true);
  expect(waitsFor(escalation(1, 1, { deciders }), "people/p-2")).toBe(false);
  expect(waitsFor(escalation(1, 1, { deciders: [""] }), "")).toBe(false);
  expect(waitsFor(escalation(1, 1, { deciders, state: EscalationState.DECIDED }), "people/p-1")).toBe(false);
});

test("whatever the order they come in, the order they are shown in is one", () => {
  const some = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.option(fc.integer({ min: -99, max: 99 }), { nil: undefined })), { selector: ([id]) => id });
  fc.assert(
    fc.property(some, (given) => {
      const all = given.map(([id, due]) => escalation(id, due));
      const there = byUrgency(all, NOW).map(({ name }) => name);
      expect(byUrgency(all.toReversed(), NOW).map(({ name }) => name)).toEqual(there);
      expect(there).toHaveLength(all.length);
    }),
  );
});
