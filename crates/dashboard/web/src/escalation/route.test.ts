import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Role, Topic } from "../api/gen/koepel/v1/common_pb";
import { type EscalationPoint, EscalationPointSchema, EscalationStepSchema } from "../api/gen/koepel/v1/escalation_point_pb";
import { firstOf, routeOf, type Seats } from "./route";

const online = "products/shop/domains/online";
const offline = "products/shop/domains/offline";
const chief = create(EscalationStepSchema, { decider: { case: "seat", value: { role: Role.CHIEF_PO } } });
const domainPo = create(EscalationStepSchema, { decider: { case: "seat", value: { role: Role.DOMAIN_PO } } });
const board = create(EscalationStepSchema, { decider: { case: "person", value: "people/p-board" } });

const seats: Seats = {
  chiefPo: "people/p-chief",
  chiefPoDeputy: "",
  domain: (name) => ({ [online]: { domainPo: "people/p-on", deputy: "people/p-dep" }, [offline]: { domainPo: "people/p-off", deputy: "" } })[name],
};

function point(id: string, rest: Partial<EscalationPoint>): EscalationPoint {
  return create(EscalationPointSchema, { name: `products/shop/escalationPoints/${id}`, topics: [Topic.PRIORITY], calendar: id, ...rest } as never);
}

const points = [
  point("whole", { line: [chief] }),
  point("online", { domain: online, line: [domainPo] }),
  point("across", { acrossDomains: true, line: [domainPo, chief, board] }),
];

test("the most specific point decides", () => {
  const check = (domains: string[], calendar: string, topic = Topic.PRIORITY) => expect(routeOf(points, [chief], topic, domains).calendar).toBe(calendar);
  check([online], "online");
  check([offline], "whole");
  check([online, offline], "across");
  check([], "across");
  check([online], "", Topic.BUDGET);
});

test("nobody decides in their own cause", () => {
  const first = (domains: string[], raiser: string) => firstOf(routeOf(points, [chief], Topic.PRIORITY, domains), seats, domains, raiser)?.people;
  expect(first([online], "people/p-x")).toEqual(["people/p-on"]);
  expect(first([online], "people/p-on")).toBeUndefined();
  expect(first([online, offline], "people/p-on")).toEqual(["people/p-chief"]);
  expect(first([online, offline], "people/p-chief")).toEqual(["people/p-board"]);
});
