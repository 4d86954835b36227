/** Roles as forms and lists need them: which want a domain, and in which order they are shown. Knows no calls. */

import { Role } from "../api/gen/koepel/v1/common_pb";
import { type RoleGrant, RoleState } from "../api/gen/koepel/v1/product_pb";

/** In the order in which they are offered and listed. */
export const ROLES = [
  Role.CHIEF_PO,
  Role.DOMAIN_PO,
  Role.SCRUM_MASTER,
  Role.MEMBER,
  Role.PRODUCT_COORDINATOR,
  Role.PROGRAMME_LEAD,
  Role.STEERING_MEMBER,
  Role.COORDINATION_MEMBER,
  Role.SUPPLIER,
  Role.STAKEHOLDER,
  Role.TOOL,
] as const;

export type DomainNeed = "required" | "allowed" | "refused";

/** Whether a role is held for a domain. */
export function domainNeed(role: Role): DomainNeed {
  switch (role) {
    case Role.DOMAIN_PO:
    case Role.SCRUM_MASTER:
      return "required";
    case Role.MEMBER:
    case Role.SUPPLIER:
    case Role.TOOL:
      return "allowed";
    default:
      return "refused";
  }
}

/** A seat is held by one person at a time. */
export function isSeat(role: Role): boolean {
  return role === Role.CHIEF_PO || role === Role.DOMAIN_PO;
}

/** By role, by the order of the domains, what is in force before what is to come and what is over, then by name. */
export function inOrder(grants: readonly RoleGrant[], domains: readonly string[]): readonly RoleGrant[] {
  const states = [RoleState.IN_FORCE, RoleState.COMING, RoleState.OVER];
  const place = (grant: RoleGrant) => [ROLES.indexOf(grant.role as (typeof ROLES)[number]), domains.indexOf(grant.domain), states.indexOf(grant.state)] as const;
  return [...grants].sort((a, b) => {
    const [x, y] = [place(a), place(b)];
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || a.personDisplayName.localeCompare(b.personDisplayName);
  });
}

/** The zone that the reader's clock goes by. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
