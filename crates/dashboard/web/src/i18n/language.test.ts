import { expect, test } from "vitest";
import { chosen } from "./language";

test("the first language that there is", () => {
  expect(chosen(["da-DK", "da", "en"])).toBe("da");
  expect(chosen(["de-DE", "nl-BE", "en"])).toBe("nl");
  expect(chosen(["de", "fr"])).toBe("en");
  expect(chosen([])).toBe("en");
});
