/** Each page: in three languages, light and dark, at two widths: it is there, fits, and axe finds nothing. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeBrowser, picture, Reader, settled, tooWide, violations } from "./harness/browser";
import { Server } from "./harness/server";

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

const PRODUCT = "/products/one-shop";
const PAGES = {
  today: `${PRODUCT}/today`,
  backlog: `${PRODUCT}/backlog`,
  item: `${PRODUCT}/items/ONLINE-3`,
  roadmap: `${PRODUCT}/roadmap`,
  entry: `${PRODUCT}/roadmapEntries/1`,
  escalations: `${PRODUCT}/escalations`,
  raise: `${PRODUCT}/escalations?raise=1`,
  decisions: `${PRODUCT}/decisions`,
  changes: `${PRODUCT}/changes`,
  directory: `${PRODUCT}/directory`,
  roles: `${PRODUCT}/administration/roles`,
  domains: `${PRODUCT}/administration/domains`,
  share: `${PRODUCT}/administration/share`,
  points: `${PRODUCT}/administration/points`,
  alerts: `${PRODUCT}/administration/alerts`,
  deliveries: `${PRODUCT}/administration/deliveries`,
} as const;

const LOOKS = [
  { width: 1280, theme: "light", language: "en" },
  { width: 390, height: 844, theme: "dark", language: "da" },
  { width: 1280, theme: "dark", language: "nl" },
  { width: 390, height: 844, theme: "light", language: "nl" },
  { width: 1280, theme: "light", language: "da" },
  { width: 390, height: 844, theme: "dark", language: "en" },
] as const;

describe.each(LOOKS)("at $width pixels, $theme, in $language", (look) => {
  test.each(Object.entries(PAGES))("%s", async (name, path) => {
    const reader = await Reader.at(server, "hanna", look);
    try {
      await reader.page.goto(path);
      await settled(reader.page);
      await picture(reader.page, `${name}-${look.width}-${look.theme}-${look.language}`);
      expect(await violations(reader.page)).toEqual([]);
      expect(await tooWide(reader.page)).toBe(0);
      expect(await reader.page.locator("html").getAttribute("lang")).toBe(look.language);
      expect(reader.complaints).toEqual([]);
    } finally {
      await reader.close();
    }
  });
});
