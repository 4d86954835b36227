import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Horizon, RoadmapEntrySchema, type When } from "../api/gen/koepel/v1/roadmap_pb";
import { inParts, partOf } from "./plan";

const entry = (at: When["at"]) => create(RoadmapEntrySchema, { when: { at } });

test("how near something is", () => {
  expect(partOf(entry({ case: "horizon", value: Horizon.NOW }))).toBe("now");
  expect(partOf(entry({ case: "horizon", value: Horizon.NEXT }))).toBe("next");
  expect(partOf(entry({ case: "horizon", value: Horizon.LATER }))).toBe("later");
  expect(partOf(create(RoadmapEntrySchema, { when: { at: { case: "dates", value: {} } } }))).toBe("dated");
  expect(partOf(create(RoadmapEntrySchema))).toBe("later");
});

test("parts come in order, and none is empty", () => {
  const later = entry({ case: "horizon", value: Horizon.LATER });
  const now = entry({ case: "horizon", value: Horizon.NOW });
  expect(inParts([later, now])).toEqual([
    { part: "now", entries: [now] },
    { part: "later", entries: [later] },
  ]);
});
