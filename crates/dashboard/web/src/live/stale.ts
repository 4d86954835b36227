/** Which answers of the server news makes stale. */

import type { DescMethodUnary } from "@bufbuild/protobuf";
import { AlertService } from "../api/gen/koepel/v1/alert_pb";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { DirectoryService } from "../api/gen/koepel/v1/directory_pb";
import { EscalationPointService } from "../api/gen/koepel/v1/escalation_point_pb";
import { EscalationService } from "../api/gen/koepel/v1/escalation_pb";
import { GovernanceService } from "../api/gen/koepel/v1/governance_pb";
import { HistoryService } from "../api/gen/koepel/v1/history_pb";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { RoadmapService } from "../api/gen/koepel/v1/roadmap_pb";
import { SyncService } from "../api/gen/koepel/v1/sync_pb";
import type { Topic } from "./event";

const B = BacklogService.method;
const P = ProductService.method;
const R = RoadmapService.method;
const E = EscalationService.method;
const G = GovernanceService.method;

/** The queries that show something of a topic. */
export const SHOWN_BY: Readonly<Record<Topic, readonly DescMethodUnary[]>> = {
  order: [B.listBacklog, B.searchItems, B.explainRank, B.getItem, B.previewMove],
  item: [B.getItem, B.listItemHistory, B.listBacklog, B.searchItems],
  roadmap: [R.listRoadmapEntries, R.getRoadmapEntry, R.listRoadmapEntryHistory],
  purpose: [R.getVision, R.listGoals],
  escalation: [E.listEscalations, E.getEscalation, E.listEscalationHistory],
  decision: [G.listDecisions, G.getDecision],
  people: [P.listRoles, P.getMandate, DirectoryService.method.findOwner, EscalationPointService.method.getEscalationPoints],
  product: [P.getProduct, P.listDomains, P.getDomain, P.listProducts],
  sync: [SyncService.method.listSyncs, HistoryService.method.listDifferences],
  directory: [DirectoryService.method.listGaps],
  points: [EscalationPointService.method.getEscalationPoints, EscalationPointService.method.listCalendars, EscalationPointService.method.computeDeadline],
  alert: [AlertService.method.listDeliveries],
};

/** Those that count what is open. */
export const COUNTS: readonly DescMethodUnary[] = [P.getProduct, P.listDomains];

/** The queries that show something of one of these topics, each once. */
export function staleBy(topics: Iterable<Topic>): ReadonlySet<DescMethodUnary> {
  const stale = new Set<DescMethodUnary>();
  for (const topic of topics) for (const method of SHOWN_BY[topic]) stale.add(method);
  return stale;
}
