import fc from "fast-check";
import { expect, test } from "vitest";
import { ItemKind, Moscow } from "../api/gen/koepel/v1/common_pb";
import { ALL, type Filter, filterOf } from "./filter";
import { hasName, mayBeNamed, readViews, removed, renamed, saved, searchOf, type View, viewOf, withView, writtenViews } from "./views";

const product = "products/one-shop";
const filter: Filter = { ...ALL, query: "gift card", kinds: [ItemKind.STORY], moscow: [Moscow.UNSPECIFIED], labels: ["b", "a"], asksOf: `${product}/domains/online`, closed: true };
const view = (name: string, search = searchOf(filter, "online", "")): View => ({ name, search });

test("a view shows again what was shown, and leaves the rest of the address", () => {
  const shown = withView(new URLSearchParams("as_of=12&item=ONLINE-3&kind=epic&pane=beside"), view("Mine"), product);
  expect(filterOf(shown, product)).toEqual(filter);
  expect([shown.get("beside"), shown.get("pane"), shown.get("as_of"), shown.get("item")]).toEqual(["online", null, "12", "ONLINE-3"]);
});

test("no list beside is a choice, too", () => {
  expect(withView(new URLSearchParams("beside=online"), view("All", searchOf(ALL, "", "")), product).get("beside")).toBe("-");
});

test("which view is shown is known by what it shows", () => {
  const views = [view("All", searchOf(ALL, "", "")), view("Mine")];
  expect(viewOf(views, searchOf({ ...filter }, "online", ""))?.name).toBe("Mine");
  expect(viewOf(views, searchOf({ ...filter, pinned: true }, "online", ""))).toBeUndefined();
  expect(viewOf(views, searchOf(filter, "offline", ""))).toBeUndefined();
});

test.each([
  ["a new one is the last", [view("A")], "B", ["A", "B"]],
  ["the same name replaces", [view("A"), view("B")], " a ", ["a", "B"]],
  ["a name has no needless spaces", [], "  My   sprint ", ["My sprint"]],
  ["without a name nothing is kept", [view("A")], "   ", ["A"]],
])("%s", (_, views, name, then) => {
  expect(saved(views, view(name, "pinned=1")).map((one) => one.name)).toEqual(then);
});

test("a replaced one shows the new", () => {
  expect(saved([view("A"), view("B")], view("A", "pinned=1"))[0]).toEqual({ name: "A", search: "pinned=1" });
});

test.each([
  ["A", "C", true, ["C", "B"]],
  ["A", "a", true, ["a", "B"]],
  ["A", "B", false, ["A", "B"]],
  ["A", " b ", false, ["A", "B"]],
  ["A", "", false, ["A", "B"]],
])("%s renamed to “%s”: %s", (from, to, may, then) => {
  const views = [view("A"), view("B")];
  expect(mayBeNamed(views, from, to)).toBe(may);
  expect(renamed(views, from, to).map(({ name }) => name)).toEqual(then);
});

test("one is removed, and no other", () => {
  expect(removed([view("A"), view("B")], "A").map(({ name }) => name)).toEqual(["B"]);
  expect(hasName([view("A")], "B")).toBe(false);
});

test.each([
  ["nothing", null, []],
  ["no text of ours", "{", []],
  ["no list", '{"name":"A","search":""}', []],
  ["others among them", '[1,null,{"name":"A"},{"name":"","search":""},{"name":"B","search":"pinned=1"},{"name":"b","search":""}]', [{ name: "B", search: "pinned=1" }]],
])("reads %s", (_, text, then) => {
  expect(readViews(text)).toEqual(then);
});

test("whatever is done, names are different, and what is written is read", () => {
  const name = fc.constantFrom("A", "a", "B", " c ", "", "D  d", "é", "e");
  const deed = fc.oneof(
    fc.record({ kind: fc.constant("save" as const), name, search: fc.constantFrom("", "pinned=1", "q=x") }),
    fc.record({ kind: fc.constant("rename" as const), name, to: name }),
    fc.record({ kind: fc.constant("remove" as const), name }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
      let views: readonly View[] = [];
      for (const deed of deeds) {
        if (deed.kind === "save") views = saved(views, deed);
        else if (deed.kind === "rename") views = renamed(views, deed.name, deed.to);
        else views = removed(views, deed.name);
      }
      expect(new Set(views.map((one) => one.name.toLowerCase())).size).toBe(views.length);
      expect(readViews(writtenViews(views))).toEqual(views);
    }),
  );
});
