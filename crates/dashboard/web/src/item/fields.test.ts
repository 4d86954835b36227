import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ItemSchema } from "../api/gen/koepel/v1/backlog_pb";
import { Moscow } from "../api/gen/koepel/v1/common_pb";
import { addressesOf, changedFields, estimateOf, FIELDS, isSame, listOf, patchOf, titleOf, valueOf, type Values, wholeOf } from "./fields";

const item = create(ItemSchema, {
  name: "products/shop/items/ONLINE-3",
  title: "Pay by invoice",
  estimate: 5,
  labels: ["basket", "payment"],
  moscow: Moscow.MUST,
  sourceLinks: ["https://a.example/1", "https://a.example/2"],
});

test("only what differs is sent", () => {
  const check = (values: Partial<Values>, paths: string[] | undefined) => expect(patchOf(item, values)?.updateMask.paths).toEqual(paths);
  check({ title: "Pay by invoice" }, undefined);
  check({ title: "Pay later" }, ["title"]);
  check({ title: "Pay later", estimate: 5, moscow: Moscow.COULD }, ["title", "moscow"]);
  check({ estimate: undefined }, ["estimate"]);
  check({ labels: ["payment", "basket"] }, undefined);
  check({ sourceLinks: ["https://a.example/2", "https://a.example/1"] }, ["source_links"]);
  check({ value: 0n }, ["value"]);
  check({}, undefined);
});

test("a patch carries the item's name and nothing besides", () => {
  expect(patchOf(item, { title: "Pay later", estimate: 5 })?.item).toEqual({ name: item.name, title: "Pay later" });
});

test("an item does not differ from itself, and what was set is what differs", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), fc.option(fc.double({ noNaN: true }), { nil: undefined }), (title, labels, estimate) => {
      const other = create(ItemSchema, { ...item, title, labels, ...(estimate === undefined ? {} : { estimate }) });
      expect(changedFields(other, other)).toEqual([]);
      for (const field of changedFields(item, other)) expect(isSame(field, valueOf(item, field), valueOf(other, field))).toBe(false);
      const all = Object.fromEntries(FIELDS.map((field) => [field, valueOf(other, field)]));
      expect(patchOf(item, all)?.updateMask.paths.length ?? 0).toBe(changedFields(item, other).length);
    }),
  );
});

test("numbers are read as people type them", () => {
  const check = (typed: string, value: number | undefined | "wrong") => {
    const read = estimateOf(typed);
    expect("wrong" in read ? "wrong" : read.value, typed).toBe(value);
  };
  check("5", 5);
  check(" 2,5 ", 2.5);
  check("2.25", 2.25);
  check("", undefined);
  check("five", "wrong");
  check("-1", "wrong");
  check("1.234", "wrong");
  expect(wholeOf("12.400")).toEqual({ value: 12_400n });
  expect(wholeOf("12 400")).toEqual({ value: 12_400n });
  expect(wholeOf("1.000.000.000")).toEqual({ value: 1_000_000_000n });
  expect(wholeOf("1000000001")).toEqual({ wrong: "large", most: 1_000_000_000 });
  // More than goes over the wire.
  expect(wholeOf("9".repeat(400))).toEqual({ wrong: "large", most: 1_000_000_000 });
  expect(estimateOf("100000,5")).toEqual({ wrong: "large", most: 100_000 });
  expect(estimateOf("9".repeat(400))).toEqual({ wrong: "large", most: 100_000 });
  expect(wholeOf("1,5")).toEqual({ wrong: "whole" });
  expect(wholeOf(" ")).toEqual({ value: undefined });
});

test("titles are on one line, and lists have each thing once", () => {
  expect(titleOf("  Pay\n by  invoice ")).toEqual({ value: "Pay by invoice" });
  expect(titleOf(" ")).toEqual({ wrong: "empty" });
  expect(listOf("a, b,, a ,c", /,/)).toEqual({ value: ["a", "b", "c"] });
});

test("sources are addresses of the web", () => {
  expect(addressesOf("https://a.example/1\n\n https://a.example/2 ")).toEqual({ value: ["https://a.example/1", "https://a.example/2"] });
  expect(addressesOf("https://a.example/1\njavascript:alert(1)")).toEqual({ wrong: "address" });
  expect(addressesOf("")).toEqual({ value: [] });
});
