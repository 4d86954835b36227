import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Role, Topic } from "../api/gen/koepel/v1/common_pb";
import { EscalationPointSchema } from "../api/gen/koepel/v1/escalation_point_pb";
import { cellsOf, draftsOf, faultsOf, newPoint, pointsOf, type Scoped, TOPICS } from "./points";

const product = "products/shop";
const online = `${product}/domains/online`;
const offline = `${product}/domains/offline`;
const domains = [online, offline];
const whole = (...topics: Topic[]): Scoped => ({ topics, domain: "", acrossDomains: false });
const of = (domain: string, ...topics: Topic[]): Scoped => ({ topics, domain, acrossDomains: false });
const across = (...topics: Topic[]): Scoped => ({ topics, domain: "", acrossDomains: true });

test("the most specific point decides", () => {
  const points = [whole(...TOPICS), of(offline, Topic.BUDGET), across(Topic.VISION)];
  const decides = (topic: Topic, domain: string) => cellsOf(points, domains).flat().find((cell) => cell.topic === topic && cell.domain === domain)?.points;
  expect(decides(Topic.BUDGET, online)).toEqual([0]);
  expect(decides(Topic.BUDGET, offline)).toEqual([1]);
  expect(decides(Topic.BUDGET, "")).toEqual([0]);
  expect(decides(Topic.VISION, "")).toEqual([2]);
  expect(decides(Topic.VISION, online)).toEqual([0]);
  expect(faultsOf(points, domains)).toEqual([]);
});

test("gaps and overlaps are told with their place", () => {
  const points = [whole(...TOPICS.filter((topic) => topic !== Topic.BUDGET)), of(online, Topic.BUDGET), of(online, Topic.BUDGET)];
  expect(faultsOf(points, domains)).toEqual([
    { topic: Topic.BUDGET, domain: "", points: [] },
    { topic: Topic.BUDGET, domain: online, points: [1, 2] },
    { topic: Topic.BUDGET, domain: offline, points: [] },
  ]);
});

test("no table has no gaps: the built-in default decides", () => {
  expect(faultsOf([], domains)).toEqual([]);
});

test("one point for everything is a table without faults, whatever is added for single domains once", () => {
  fc.assert(
    fc.property(fc.subarray([...TOPICS]), fc.subarray(domains), (topics, some) => {
      expect(faultsOf([whole(...TOPICS), ...some.map((domain) => of(domain, ...topics))], domains)).toEqual([]);
    }),
  );
});

test("a table goes through its drafts and comes back the same", () => {
  const points = [
    create(EscalationPointSchema, {
      name: `${product}/escalationPoints/all`,
      topics: [...TOPICS],
      line: [
        { decider: { case: "seat", value: { role: Role.CHIEF_PO } }, answerTime: { length: { case: "workingDays", value: 2 } } },
        { decider: { case: "deputy", value: { role: Role.CHIEF_PO } }, answerTime: { length: { case: "workingHours", value: 4 } } },
      ],
    }),
    create(EscalationPointSchema, {
      name: `${product}/escalationPoints/budget-offline`,
      topics: [Topic.BUDGET],
      domain: offline,
      calendar: `${product}/calendars/copenhagen`,
      line: [
        { decider: { case: "seat", value: { role: Role.DOMAIN_PO } }, answerTime: { length: { case: "workingDays", value: 1 } } },
        { decider: { case: "deputy", value: { role: Role.DOMAIN_PO, domain: online } }, answerTime: { length: { case: "workingDays", value: 1 } } },
        { decider: { case: "person", value: "people/p-1" }, answerTime: { length: { case: "workingDays", value: 400 } } },
      ],
    }),
  ];
  const back = pointsOf(product, draftsOf(points, (person) => `~${person}`), (typed) => typed.slice(1));
  expect(back.map((point) => create(EscalationPointSchema, point))).toEqual(points);
});

test("a new point gets an id of its own, by what it is for", () => {
  const drafts = [newPoint([Topic.BUDGET]), newPoint([Topic.BUDGET]), { ...newPoint([...TOPICS]), where: offline }];
  expect(pointsOf(product, drafts, () => undefined).map(({ name }) => name)).toEqual(["budget-product", "budget-product-2", "all-offline"].map((id) => `${product}/escalationPoints/${id}`));
});
