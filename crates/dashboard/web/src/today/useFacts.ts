/** Asks for what may need the reader. What they may not see, or what the server does not know yet, is left out; what could not be asked is named. */

import { createQueryOptions, useQuery, useTransport } from "@connectrpc/connect-query";
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { AlertService, DeliveryState } from "../api/gen/koepel/v1/alert_pb";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { DirectoryService } from "../api/gen/koepel/v1/directory_pb";
import { EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { EscalationService, EscalationState } from "../api/gen/koepel/v1/escalation_pb";
import { GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { useAside } from "./aside";
import type { Asked, Facts, Reader } from "./needs";
import { type Stand, standOf, type What } from "./questions";

const E = EscalationService.method;

/** What is asked of a domain is shown up to here; the rest is in the backlog. */
const ASKED_MOST = 50;

export function useReader(): Reader {
  const here = useHere();
  const me = useMe();
  const person = me?.name ?? "";
  const holds = (holder: string, deputy: string) => person !== "" && (holder === person || deputy === person);
  return {
    person,
    domains: here.domains.filter(({ domainPo, deputy }) => holds(domainPo, deputy)).map(({ name }) => name),
    fillsSeats: holds(here.chiefPo, here.chiefPoDeputy) || (me?.administrator ?? false),
    resolvesGaps: here.mandate.may(Act.RESOLVE_GAP) && (holds(here.chiefPo, here.chiefPoDeputy) || (me?.administrator ?? false)),
    setsPoints: here.mandate.may(Act.SET_ESCALATION_POINTS),
    managesAlerts: here.mandate.may(Act.MANAGE_ALERTS),
  };
}

export interface Known {
  readonly facts: Facts;
  readonly stand: Stand;
  /** Asks for what was not answered once more. */
  readonly askAgain: () => void;
}

export function useFacts(reader: Reader): Known {
  const here = useHere();
  const transport = useTransport();
  const parent = here.name;
  const aside = useAside(reader.person);
  const open = useQuery(E.listEscalations, { parent, pageSize: 1_000 });
  const decided = useQuery(E.listEscalations, { parent, state: EscalationState.DECIDED, pageSize: 100 });
  const decisions = useQuery(GovernanceService.method.listDecisions, { parent, pageSize: 100 });
  const notFollowed = useQuery(GovernanceService.method.listDecisions, { parent, inForce: true, notFollowed: true, pageSize: 100 });
  const gaps = useQuery(DirectoryService.method.listGaps, { parent, pageSize: 20 }, { enabled: reader.resolvesGaps });
  const points = useQuery(EscalationPointService.method.getEscalationPoints, { product: parent }, { enabled: reader.setsPoints });
  const dead = useQuery(AlertService.method.listDeliveries, { parent, state: DeliveryState.DEAD, pageSize: 1_000 }, { enabled: reader.managesAlerts });
  const asked = useQueries({
    queries: reader.domains.map((of) => createQueryOptions(BacklogService.method.listBacklog, { parent, filter: { asksOf: of }, pageSize: ASKED_MOST }, { transport })),
  });
  const asks: readonly (readonly [What, Pick<UseQueryResult, "data" | "error" | "failureReason" | "refetch">])[] = [
    ["escalations", open],
    ["escalations", decided],
    ["decisions", decisions],
    ["decisions", notFollowed],
    ...asked.map((query) => ["requests", query] as const),
    ...(reader.resolvesGaps ? [["gaps", gaps] as const] : []),
    ...(reader.setsPoints ? [["points", points] as const] : []),
    ...(reader.managesAlerts ? [["deliveries", dead] as const] : []),
  ];
  return {
    facts: {
      open: open.data?.escalations ?? [],
      decided: decided.data?.escalations ?? [],
      decisions: decisions.data?.decisions ?? [],
      notFollowed: notFollowed.data?.decisions ?? [],
      asked: asked.flatMap(({ data }, index) => (data?.rows ?? []).map((row): Asked => ({ row, of: reader.domains[index] ?? "" }))),
      vacancies: here.vacancies,
      gaps: gaps.data?.gaps ?? [],
      undecided: points.data?.gaps.length ?? 0,
      pointsSaved: points.data === undefined || points.data.changedAtVersion > 0n,
      dead: dead.data?.deliveries ?? [],
      aside,
    },
    // One that is tried again and again is told as one that failed: whoever waits wants to know.
    stand: standOf(asks.map(([what, { data, error, failureReason }]) => ({ what, isAnswered: data !== undefined, thrown: error ?? failureReason }))),
    askAgain: () => {
      for (const [, { data, refetch }] of asks) if (data === undefined) void refetch();
    },
  };
}
