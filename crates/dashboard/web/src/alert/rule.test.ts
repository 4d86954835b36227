import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CLOSED } from "../admin/weekHours";
import { AlertChannel, AlertKind, AlertReceiverSchema, AlertRuleSchema } from "../api/gen/koepel/v1/alert_pb";
import { CHANNELS, draftOf, KINDS, plainRule, type RuleDraft, ruleOf, saidBy } from "./rule";

const zone = "Europe/Copenhagen";
const online = "products/shop/domains/online";
const receiver = create(AlertReceiverSchema, { receiver: { case: "person", value: "people/p-1" } });
const rule = (changed: Partial<RuleDraft>): RuleDraft => ({ ...plainRule(zone), ...changed });

test("what a rule means", () => {
  const cases: readonly (readonly [Partial<RuleDraft>, readonly string[]])[] = [
    [{}, ["concerning"]],
    [{ everything: true }, ["everything"]],
    [{ kinds: [AlertKind.ESCALATION_DECIDED] }, ["kinds"]],
    [{ kinds: [AlertKind.ESCALATION_DECIDED], everything: true, domains: [online] }, ["everyKind", "domains"]],
    [{ channels: [AlertChannel.STREAM] }, ["concerning", "channels"]],
    [{ channels: [], everything: true, digest: "16:30" }, ["silence"]],
    [{ week: { ...CLOSED, monday: "9-17" }, digest: "16:30" }, ["concerning", "hours", "digest"]],
    [{ week: { ...CLOSED, monday: "9-17" }, digest: "16:30", channels: [AlertChannel.WEBHOOK] }, ["concerning", "channels", "hours"]],
    [{ week: { ...CLOSED, monday: "9-17" }, digest: "16:30", channels: [AlertChannel.STREAM] }, ["concerning", "channels"]],
    [{ week: { ...CLOSED, monday: "soon" } }, ["concerning"]],
  ];
  for (const [changed, says] of cases) expect(saidBy(rule(changed)).map((one) => one.says), JSON.stringify(changed)).toEqual(says);
});

test("a rule goes through its draft and comes back the same", () => {
  const draft = fc.record({
    kinds: fc.subarray([...KINDS]),
    domains: fc.subarray([online]),
    channels: fc.subarray([...CHANNELS]),
    everything: fc.boolean(),
    zone: fc.constant(zone),
    week: fc.constantFrom(CLOSED, { ...CLOSED, friday: "09:00-12:00, 13:00-15:00" }),
    digest: fc.constantFrom("", "16:30"),
  });
  fc.assert(
    fc.property(draft, (given) => {
      const sent = ruleOf(given, receiver);
      expect(draftOf(sent && create(AlertRuleSchema, sent), zone)).toEqual(given);
    }),
  );
});

test("hours that are none are not sent", () => {
  expect(ruleOf(rule({ week: { ...CLOSED, monday: "soon" } }), receiver)).toBeUndefined();
});
