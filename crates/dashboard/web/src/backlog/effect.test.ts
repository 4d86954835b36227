import { expect, test } from "vitest";
import { effectOf } from "./effect";

const [online, offline] = ["products/p/domains/online", "products/p/domains/offline"];
const row = (key: string, pinned = false) => ({ key, pinned });
const preview = { fromPlace: 17, toPlace: 10, fromDomainPlace: 5, toDomainPlace: 3, passed: [row("OFFLINE-1"), row("ONLINE-2", true)], passedTotal: 7, domains: [{ domain: offline, items: 4 }, { domain: online, items: 3 }], decisions: [] };

test("in the overarching order it goes past items of others", () => {
  expect(effectOf(preview, true, online)).toMatchObject({ moves: "others", passed: 7, from: 17, to: 10, pinned: [] });
});

test("in a sub-backlog nobody else's item moves, and what is pinned stays", () => {
  const own = { ...preview, domains: [{ domain: online, items: 2 }], passedTotal: 2 };
  expect(effectOf(own, false, online)).toMatchObject({ moves: "own", from: 5, to: 3, pinned: ["ONLINE-2"] });
});

test("a move to where it stands does nothing", () => {
  expect(effectOf({ ...preview, toPlace: 17, passed: [], passedTotal: 0, domains: [] }, true, online).moves).toBe("nothing");
});
