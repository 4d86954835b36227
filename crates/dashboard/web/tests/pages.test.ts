/** Each page: in three languages, light and dark, at two widths: it is there, fits, and axe finds nothing. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Topic } from "../src/api/gen/koepel/v1/common_pb";
import { EscalationService } from "../src/api/gen/koepel/v1/escalation_pb";
import { Shared, ShareService } from "../src/api/gen/koepel/v1/share_pb";
import { closeBrowser, picture, Reader, settled, tooWide, violations } from "./harness/browser";
import { type Name, Server } from "./harness/server";

let server: Server;
let secret = "";

beforeAll(async () => {
  server = await Server.start();
  const parent = "products/one-shop";
  const escalations = server.as("jeroen").to(EscalationService);
  const first = (one: string, other: string) => ({
    title: `${one} first`,
    changes: [{ change: { case: "rank" as const, value: { item: `${parent}/items/${one}`, place: { at: { case: "before" as const, value: `${parent}/items/${other}` } } } } }],
  });
  const options = [first("ONLINE-3", "OFFLINE-2"), first("OFFLINE-2", "ONLINE-3")];
  await escalations.raiseEscalation({ parent, topic: Topic.PRIORITY, title: "Who is first at the tills?", text: "There is one team.", options });
  const { escalation } = await escalations.raiseEscalation({ parent, topic: Topic.BUDGET, title: "Who pays for the load test?", items: [`${parent}/items/BACKOFFICE-9`], options });
  await server.as("hanna").to(EscalationService).decideEscalation({ name: escalation?.name ?? "", outcome: { case: "option", value: 1 }, reason: "The back office needs it first." });
  ({ secret } = await server.as("hanna").to(ShareService).createShareLink({ parent, opens: Shared.PRODUCT, purpose: "the board" }));
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

const PRODUCT = "/products/one-shop";

interface Shown {
  readonly path: string;
  /** Who looks; nobody with `undefined`. */
  readonly who?: Name | undefined;
  /** What is opened on the page. */
  readonly open?: (page: Page) => Promise<void>;
}

const at = (path: string): Shown => ({ path: `${PRODUCT}/${path}`, who: "hanna" });

const PAGES: Readonly<Record<string, Shown>> = {
  "sign-in": { path: "/", who: undefined },
  products: { path: "/", who: "admin" },
  today: at("today"),
  "today-domain": { path: `${PRODUCT}/today`, who: "ruben" },
  backlog: at("backlog"),
  "backlog-why": at("backlog?item=ONLINE-3"),
  "backlog-found": at("backlog?q=store&beside=-"),
  "backlog-filtered": at("backlog?kind=defect"),
  "backlog-past": at("backlog?as_of=60"),
  "backlog-new": {
    ...at("backlog"),
    async open(page) {
      await page.locator("[role=row][tabindex='0']").first().focus();
      await page.keyboard.press("n");
      await page.locator("dialog form").waitFor();
    },
  },
  item: at("items/ONLINE-3"),
  "item-why": at("items/ONLINE-3?tab=why"),
  roadmap: at("roadmap"),
  "roadmap-list": at("roadmap?view=list"),
  "roadmap-purpose": at("roadmap?view=purpose"),
  "roadmap-past": at("roadmap?as_of=164"),
  entry: at("roadmapEntries/1"),
  escalations: at("escalations"),
  escalation: at("escalations/1"),
  "escalation-decided": at("escalations/2"),
  decide: at("escalations/1?do=decide"),
  raise: at("escalations?raise=1&item=ONLINE-3&item=OFFLINE-2"),
  decisions: at("decisions"),
  decision: at("decisions/1"),
  changes: at("changes"),
  directory: at("directory?q=gift+cards"),
  roles: at("administration/roles"),
  domains: at("administration/domains"),
  share: at("administration/share"),
  points: at("administration/points"),
  alerts: at("administration/alerts"),
  deliveries: at("administration/deliveries"),
  server: { path: "/administration/people", who: "admin" },
  "server-tokens": { path: "/administration/tokens", who: "admin" },
  "server-status": { path: "/administration/status", who: "admin" },
  "not-found": at("no-such-page"),
  palette: {
    ...at("directory"),
    async open(page) {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
};

const LOOKS = [
  { width: 1280, theme: "light", language: "en" },
  { width: 390, height: 844, theme: "dark", language: "da" },
  { width: 1280, theme: "dark", language: "nl" },
  { width: 390, height: 844, theme: "light", language: "nl" },
] as const;

describe.each(LOOKS)("at $width pixels, $theme, in $language", (look) => {
  test.each([...Object.keys(PAGES), "shared"])("%s", async (name) => {
    const shown: Shown = PAGES[name] ?? { path: `/share/${secret}`, who: undefined };
    const reader = await Reader.at(server, shown.who, look);
    try {
      await reader.page.goto(shown.path);
      await settled(reader.page);
      await shown.open?.(reader.page);
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
