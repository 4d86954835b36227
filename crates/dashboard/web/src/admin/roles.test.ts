import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Role } from "../api/gen/koepel/v1/common_pb";
import { RoleGrantSchema, RoleState } from "../api/gen/koepel/v1/product_pb";
import { domainNeed, inOrder, isSeat, ROLES } from "./roles";

test("each role is offered once", () => {
  const all = Object.values(Role).filter((role) => typeof role === "number" && role !== Role.UNSPECIFIED);
  expect([...ROLES].sort()).toEqual(all.sort());
});

test("which role is held for a domain", () => {
  const needs = Object.fromEntries(ROLES.map((role) => [Role[role], domainNeed(role)]));
  expect(needs).toEqual({
    CHIEF_PO: "refused",
    DOMAIN_PO: "required",
    SCRUM_MASTER: "required",
    MEMBER: "allowed",
    PRODUCT_COORDINATOR: "refused",
    PROGRAMME_LEAD: "refused",
    STEERING_MEMBER: "refused",
    COORDINATION_MEMBER: "refused",
    SUPPLIER: "allowed",
    STAKEHOLDER: "refused",
    TOOL: "allowed",
  });
  expect(ROLES.filter(isSeat)).toEqual([Role.CHIEF_PO, Role.DOMAIN_PO]);
});

test("seats come first, in the order of the domains, the present holder before the next", () => {
  const grant = (person: string, role: Role, domain: string, state: RoleState) => create(RoleGrantSchema, { person, personDisplayName: person, role, domain, state });
  const given = [
    grant("d", Role.STAKEHOLDER, "", RoleState.IN_FORCE),
    grant("c", Role.DOMAIN_PO, "b", RoleState.COMING),
    grant("b", Role.DOMAIN_PO, "b", RoleState.IN_FORCE),
    grant("e", Role.DOMAIN_PO, "a", RoleState.COMING),
    grant("a", Role.CHIEF_PO, "", RoleState.IN_FORCE),
  ];
  expect(inOrder(given, ["a", "b"]).map((one) => one.person).join("")).toBe("aebcd");
});
