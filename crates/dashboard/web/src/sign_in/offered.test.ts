import { expect, test } from "vitest";
import { tokenOffered } from "./offered";

test("only what looks like a token is one", () => {
  expect(tokenOffered("#token=koepel_0123456789abcdefghijklmnop")).toBe("koepel_0123456789abcdefghijklmnop");
  for (const hash of ["", "#token=", "#token=x", "#token=koepel_<script>alert(1)</script>aaaaaaaa", "#other=koepel_0123456789abcdefghijklmnop"]) {
    expect(tokenOffered(hash), hash).toBeUndefined();
  }
});
