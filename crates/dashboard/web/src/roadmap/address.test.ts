import { expect, test } from "vitest";
import { shownBy, withPart } from "./address";

test("what an address does not say is as usual", () => {
  expect(shownBy(new URLSearchParams(), false)).toEqual({ view: "timeline", zoom: "year", filters: { goal: "", release: "", domain: "" } });
  expect(shownBy(new URLSearchParams(), true).view).toBe("list");
  expect(shownBy(new URLSearchParams("view=timeline"), true).view).toBe("timeline");
});

test("what is no view and no zoom is as usual", () => {
  const shown = shownBy(new URLSearchParams("view=x&zoom=month&release=Spring+2027"), false);
  expect([shown.view, shown.zoom, shown.filters.release]).toEqual(["timeline", "year", "Spring 2027"]);
});

test("a part of an address is changed, and the rest stays", () => {
  const search = new URLSearchParams("view=list&goal=calm");
  expect(withPart(search, "release", "Spring 2027").toString()).toBe("view=list&goal=calm&release=Spring+2027");
  expect(withPart(search, "goal", "").toString()).toBe("view=list");
});
