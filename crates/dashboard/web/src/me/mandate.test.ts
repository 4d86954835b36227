import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Act, PermissionSchema } from "../api/gen/koepel/v1/product_pb";
import { Mandate } from "./mandate";

const online = "products/shop/domains/online";
const offline = "products/shop/domains/offline";
const mandate = new Mandate([
  create(PermissionSchema, { act: Act.ORDER_DOMAIN, domains: [online] }),
  create(PermissionSchema, { act: Act.HOLD_SYNC, everywhere: true }),
]);

test("a mandate for a domain is one for this domain alone", () => {
  expect(mandate.may(Act.ORDER_DOMAIN, online)).toBe(true);
  expect(mandate.may(Act.ORDER_DOMAIN, offline)).toBe(false);
  expect(mandate.may(Act.ORDER_DOMAIN, online, offline)).toBe(false);
  expect(mandate.may(Act.ORDER_DOMAIN)).toBe(false);
  expect(mandate.mayAnywhere(Act.ORDER_DOMAIN)).toBe(true);
});

test("a mandate for everywhere is one for each domain and for the whole", () => {
  expect(mandate.may(Act.HOLD_SYNC)).toBe(true);
  expect(mandate.may(Act.HOLD_SYNC, offline)).toBe(true);
});

test("what was not said is not allowed", () => {
  expect(mandate.may(Act.PIN)).toBe(false);
  expect(Mandate.reader.mayAnywhere(Act.READ)).toBe(false);
});
