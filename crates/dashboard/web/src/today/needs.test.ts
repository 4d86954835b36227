import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Delivery, DeliverySchema } from "../api/gen/koepel/v1/alert_pb";
import { BacklogRowSchema } from "../api/gen/koepel/v1/backlog_pb";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { GapSchema } from "../api/gen/koepel/v1/directory_pb";
import { type Escalation, EscalationSchema, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { type Decision, DecisionSchema } from "../api/gen/koepel/v1/governance_pb";
import { type Vacancy, VacancySchema } from "../api/gen/koepel/v1/product_pb";
import { type Facts, type Need, needs, NO_FACTS, type Reader } from "./needs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 29, 12);
const shop = "products/shop";
const online = `${shop}/domains/online`;
const offline = `${shop}/domains/offline`;
const hanna = "people/p-hanna";
const jeroen = "people/p-jeroen";

const stakeholder: Reader = { person: "people/p-x", domains: [], fillsSeats: false, resolvesGaps: false, setsPoints: false, managesAlerts: false };
const chief: Reader = { person: hanna, domains: [], fillsSeats: true, resolvesGaps: true, setsPoints: true, managesAlerts: true };
const domainPo: Reader = { ...stakeholder, person: jeroen, domains: [online] };

function escalation(id: number, dueInHours: number, rest: Partial<Escalation> = {}): Escalation {
  return create(EscalationSchema, {
    name: `${shop}/escalations/${id}`,
    state: EscalationState.OPEN,
    raisedBy: jeroen,
    deciders: [hanna],
    domains: [online, offline],
    line: [{ title: "the Chief PO", dueTime: timestampFromMs(NOW + dueInHours * HOUR) }],
    turn: 1,
    raiseVersion: BigInt(id),
    ...rest,
  } as never);
}

function decision(id: number, ofEscalation: number, rest: Partial<Decision> = {}): Decision {
  return create(DecisionSchema, {
    name: `${shop}/decisions/${id}`,
    escalation: `${shop}/escalations/${ofEscalation}`,
    decidedBy: hanna,
    decideTime: timestampFromMs(NOW - DAY),
    ...rest,
  } as never);
}

const vacancy = (domain: string, inDays: number): Vacancy =>
  create(VacancySchema, inDays > 0 ? { role: Role.DOMAIN_PO, domain, fromTime: timestampFromMs(NOW + inDays * DAY) } : { role: Role.DOMAIN_PO, domain });
const asks = (key: string, domain: string, of: string, place = 1) => ({ row: create(BacklogRowSchema, { name: `${shop}/items/${key}`, domain, place }), of });
const gap = (id: number) => create(GapSchema, { name: `${shop}/gaps/${id}`, question: "Who?", askTime: timestampFromMs(NOW - id * DAY) });
const dead = (id: number): Delivery => create(DeliverySchema, { name: `${shop}/deliveries/${id}` });

const short = ({ kind, key }: Need) => `${kind} ${key.replace(`${shop}/`, "")}`;

function check(given: Partial<Facts>, reader: Reader, expected: readonly string[]) {
  expect(needs({ ...NO_FACTS, ...given }, reader, NOW).map(short)).toEqual(expected);
}

test("an open escalation needs whoever decides it", () => {
  check({ open: [escalation(1, 5)] }, chief, ["decide escalations/1"]);
  check({ open: [escalation(1, 5)] }, domainPo, []);
  check({ open: [escalation(1, 5, { state: EscalationState.DECIDED })] }, chief, []);
});

test("it says who is next, if anybody is", () => {
  const line = [
    { title: "the PO of Online", dueTime: timestampFromMs(NOW + HOUR) },
    { title: "the Chief PO", dueTime: timestampFromMs(NOW + DAY) },
  ] as never;
  const next = (one: Escalation) => {
    const [need] = needs({ ...NO_FACTS, open: [one] }, chief, NOW);
    return need?.kind === "decide" ? [need.next, need.overdue] : [];
  };
  expect(next(escalation(1, 5, { line }))).toEqual(["the Chief PO", false]);
  expect(next(escalation(1, 5, { line, turn: 2 }))).toEqual(["", false]);
  expect(next(escalation(1, -5, { overdue: true }))).toEqual(["", true]);
});

test("what one raised needs one when it is overdue, or was decided of late", () => {
  check({ open: [escalation(1, -1, { overdue: true })] }, domainPo, ["late escalations/1"]);
  const decided = [escalation(1, 5, { state: EscalationState.DECIDED, decision: `${shop}/decisions/3` })];
  check({ decided, decisions: [decision(3, 1)] }, domainPo, ["decided decisions/3/news"]);
  check({ decided, decisions: [decision(3, 1)] }, chief, []);
  check({ decided, decisions: [decision(3, 1, { decideTime: timestampFromMs(NOW - 15 * DAY) })] }, domainPo, []);
  check({ decided, decisions: [decision(3, 1)], aside: new Set([`${shop}/decisions/3/news`]) }, domainPo, []);
});

test("a decision that was not followed needs whoever took it, and the POs concerned", () => {
  const notFollowed = [decision(3, 1, { notFollowedVersion: 9n })];
  const decided = [escalation(1, 5, { state: EscalationState.DECIDED })];
  check({ notFollowed }, chief, ["notFollowed decisions/3/notFollowed/9"]);
  check({ notFollowed, decided }, domainPo, ["notFollowed decisions/3/notFollowed/9"]);
  check({ notFollowed, decided }, { ...domainPo, domains: [`${shop}/domains/backoffice`] }, []);
  check({ notFollowed, decided }, stakeholder, []);
});

test("where it is being decided anew, that is the need, and not both", () => {
  check({ notFollowed: [decision(3, 1, { notFollowedVersion: 9n })], open: [escalation(1, 5)] }, chief, ["decide escalations/1"]);
});

test("what was put aside comes back when it happens again", () => {
  const aside = new Set([`${shop}/decisions/3/notFollowed/9`]);
  check({ notFollowed: [decision(3, 1, { notFollowedVersion: 9n })], aside }, chief, []);
  check({ notFollowed: [decision(3, 1, { notFollowedVersion: 12n })], aside }, chief, ["notFollowed decisions/3/notFollowed/12"]);
});

test("what others ask of one's domain needs one, the top of the backlog first", () => {
  check({ asked: [asks("OFFLINE-7", offline, online, 9), asks("OFFLINE-2", offline, online, 3)] }, domainPo, [
    `asked items/OFFLINE-2/asks/${online}`,
    `asked items/OFFLINE-7/asks/${online}`,
  ]);
  check({ asked: [asks("OFFLINE-7", offline, online)] }, chief, []);
  check({ asked: [asks("ONLINE-7", online, online)] }, domainPo, []);
});

test("seats need whoever fills them: the vacant ones before those that will be", () => {
  const vacancies = [vacancy(online, 3), vacancy(offline, 0)];
  check({ vacancies }, chief, [`vacant vacancy/2/domains/offline`, `vacantSoon vacancy/2/domains/online`]);
  check({ vacancies }, domainPo, []);
});

test("gaps of the directory, points and deliveries need whoever may mend them", () => {
  check({ gaps: [gap(1), gap(2)] }, chief, ["gap gaps/2", "gap gaps/1"]);
  check({ gaps: [gap(1)] }, domainPo, []);
  check({ undecided: 4, pointsSaved: true }, chief, ["points points/true"]);
  check({ undecided: 28, pointsSaved: false }, chief, ["points points/false"]);
  check({ undecided: 4 }, domainPo, []);
  check({ dead: [dead(1), dead(2)] }, chief, ["deliveries deliveries"]);
  check({ dead: [dead(1)] }, domainPo, []);
});

const ALL: Facts = {
  ...NO_FACTS,
  open: [escalation(1, 20), escalation(2, 4), escalation(3, -40, { overdue: true }), escalation(4, -2, { overdue: true, raisedBy: hanna, deciders: [jeroen] })],
  notFollowed: [decision(3, 7, { notFollowedVersion: 9n })],
  vacancies: [vacancy(online, 3), vacancy(offline, 0)],
  gaps: [gap(1)],
  undecided: 2,
  dead: [dead(1)],
};

test("the most urgent comes first", () => {
  check(ALL, chief, [
    "decide escalations/3",
    "decide escalations/2",
    "decide escalations/1",
    "vacant vacancy/2/domains/offline",
    "late escalations/4",
    "notFollowed decisions/3/notFollowed/9",
    "vacantSoon vacancy/2/domains/online",
    "deliveries deliveries",
    "gap gaps/1",
    "points points/true",
  ]);
});

test("nothing needs a stakeholder, nor whoever has no name", () => {
  check(ALL, stakeholder, []);
  check({ ...ALL, open: [escalation(1, 5, { deciders: [""], raisedBy: "" })] }, { ...stakeholder, person: "" }, []);
});

test("nothing is told twice, and the order does not depend on how things came", () => {
  const turned = fc.shuffledSubarray(ALL.open as Escalation[], { minLength: ALL.open.length });
  fc.assert(
    fc.property(turned, (open) => {
      const given = { ...ALL, open: [...open, ...open], gaps: [...ALL.gaps, ...ALL.gaps] };
      expect(needs(given, chief, NOW).map(short)).toEqual(needs(ALL, chief, NOW).map(short));
    }),
  );
});
