import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { type Escalation, EscalationSchema, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { type Acts, actsOf, type Lost, lostOf, type Reader } from "./acts";

const online = "products/shop/domains/online";
const offline = "products/shop/domains/offline";

function check(given: Partial<Escalation>, reader: Partial<Reader>, expected: Partial<Acts>) {
  const escalation = create(EscalationSchema, {
    state: EscalationState.OPEN,
    raisedBy: "people/p-raiser",
    deciders: ["people/p-chief"],
    domains: [online, offline],
    turn: 1,
    ...given,
  } as never);
  const acts = actsOf(escalation, { person: "people/p-x", domains: [], mayComment: false, mayReopen: false, readOnly: false, ...reader });
  expect(acts).toMatchObject(expected);
}

test("whose turn it is decides and says that they are on it", () => {
  check({}, { person: "people/p-chief" }, { decide: true, acknowledge: true, withdraw: false, notMine: undefined });
  check({ acknowledgedBy: "people/p-chief" }, { person: "people/p-chief" }, { decide: true, acknowledge: false });
});

test("who raised it takes it back, and reopens it", () => {
  check({}, { person: "people/p-raiser" }, { decide: false, withdraw: true, reopen: false, notMine: "raised" });
  check({ state: EscalationState.DECIDED }, { person: "people/p-raiser" }, { withdraw: false, reopen: true, notMine: undefined });
  check({ state: EscalationState.DECIDED }, { mayReopen: true }, { reopen: true });
  check({ state: EscalationState.DECIDED }, {}, { reopen: false });
});

test("others are told why it is not theirs", () => {
  check({}, { domains: [online] }, { decide: false, notMine: "party" });
  check({ domains: [online] }, { domains: [online] }, { notMine: "notInLine" });
  check({ turn: 0, deciders: [] }, {}, { notMine: "turn" });
});

test("nothing is done where there is only reading", () => {
  check({}, { person: "people/p-chief", readOnly: true, mayComment: true }, { decide: false, acknowledge: false, comment: false });
  check({ deciders: [""] }, { person: "" }, { decide: false });
});

test("a form that was begun knows why it cannot be sent any more", () => {
  const check = (form: "decide" | "withdraw" | "reopen", state: EscalationState, may: boolean, expected: Lost | undefined) => {
    const acts: Acts = { decide: may, withdraw: may, reopen: may, acknowledge: false, comment: true, notMine: undefined };
    expect(lostOf(form, create(EscalationSchema, { state }), acts), `${form} ${EscalationState[state]}`).toBe(expected);
  };
  check("decide", EscalationState.OPEN, true, undefined);
  check("decide", EscalationState.OPEN, false, "others");
  check("decide", EscalationState.WITHDRAWN, false, "withdrawn");
  check("decide", EscalationState.DECIDED, false, "decided");
  check("withdraw", EscalationState.DECIDED, false, "decided");
  check("withdraw", EscalationState.WITHDRAWN, false, "withdrawn");
  check("withdraw", EscalationState.OPEN, false, "mandate");
  check("reopen", EscalationState.OPEN, false, "open");
  check("reopen", EscalationState.DECIDED, false, "mandate");
});
