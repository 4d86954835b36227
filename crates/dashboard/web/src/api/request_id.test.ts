import { expect, test } from "vitest";
import { newRequestId, Unanswered } from "./request_id";

test("ids are UUIDs of version 4, each another", () => {
  const ids = new Set(Array.from({ length: 100 }, newRequestId));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a command without an answer keeps its id, one with an answer does not", () => {
  const unanswered = new Unanswered();
  const first = unanswered.idFor("rank A");
  expect(unanswered.idFor("rank A")).toBe(first);
  expect(unanswered.idFor("rank B")).not.toBe(first);
  unanswered.answered("rank A");
  expect(unanswered.idFor("rank A")).not.toBe(first);
});

test("what is wished again after some minutes is another command", () => {
  const unanswered = new Unanswered();
  const first = unanswered.idFor("rank A", 0);
  expect(unanswered.idFor("rank A", 60_000)).toBe(first);
  expect(unanswered.idFor("rank A", 60_000 + 3 * 60_000 + 1)).not.toBe(first);
});
