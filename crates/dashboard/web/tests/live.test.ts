/** News: one stream for all tabs, over closed tabs, a server that was killed and a network that was away. */

import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { Edge } from "../src/api/gen/koepel/v1/common_pb";
import { ProductService } from "../src/api/gen/koepel/v1/product_pb";
import { closeBrowser, Reader } from "./harness/browser";
import { Server } from "./harness/server";
import { until } from "./harness/until";

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

const PAGE = "/products/one-shop/directory";

/** How many streams of events a browser has open. */
function streams(context: BrowserContext): { open(): number } {
  let open = 0;
  const isStream = (url: string) => url.endsWith("EventService/Subscribe");
  context.on("request", (request) => {
    if (isStream(request.url())) open += 1;
  });
  context.on("requestfinished", (request) => {
    if (isStream(request.url())) open -= 1;
  });
  context.on("requestfailed", (request) => {
    if (isStream(request.url())) open -= 1;
  });
  return { open: () => open };
}

let moves = 0;

/** The Chief PO ranks something, elsewhere; answers what. */
async function somethingMoves(): Promise<string> {
  const key = ["ONLINE-1", "ONLINE-2", "ONLINE-3", "OFFLINE-1", "OFFLINE-2"][moves % 5] ?? "";
  moves += 1;
  const backlog = server.as("hanna").to(BacklogService);
  const name = `products/one-shop/items/${key}`;
  const edge = (await backlog.getItem({ name })).item?.place === 1 ? Edge.BOTTOM : Edge.TOP;
  await backlog.rankItem({ name, place: { at: { case: "edge", value: edge } } });
  return key;
}

async function sees(page: import("playwright-core").Page, key: string): Promise<void> {
  const sign = page.locator("header button", { has: page.locator("[role=status]") });
  await sign.click();
  await page.locator("dialog li", { hasText: key }).first().waitFor();
  await page.keyboard.press("Escape");
}

const isLive = (page: import("playwright-core").Page) => page.locator("header [role=status]", { hasText: "Live" }).waitFor();

test("seven tabs share one stream, and each sees what happens", async () => {
  const reader = await Reader.at(server, "jeroen");
  const { open } = streams(reader.context);
  const tabs = [reader.page];
  while (tabs.length < 7) tabs.push(await reader.tab());
  for (const tab of tabs) {
    await tab.goto(PAGE);
    await isLive(tab);
  }
  expect(open()).toBe(1);
  const key = await somethingMoves();
  for (const tab of tabs) await sees(tab, key);

  // The tab that follows goes; another one takes over, and nothing is missed.
  await tabs[0]?.goto("about:blank");
  const missed = await somethingMoves();
  for (const tab of tabs.slice(1)) await sees(tab, missed);
  expect(open()).toBe(1);
  await reader.close();
});

test("a server that was killed is followed again when it is back, without a gap", async () => {
  const reader = await Reader.at(server, "mette");
  await reader.page.goto(PAGE);
  await isLive(reader.page);
  await server.kill();
  await reader.page.locator("header [role=status]", { hasText: "No connection" }).waitFor();
  await server.again();
  const key = await somethingMoves();
  await isLive(reader.page);
  await sees(reader.page, key);
  expect(reader.complaints).toEqual([]);
  await reader.close();
});

test("what happened while the network was away is caught up with", async () => {
  const reader = await Reader.at(server, "ruben");
  await reader.page.goto(PAGE);
  await isLive(reader.page);
  await reader.context.setOffline(true);
  const keys = [await somethingMoves(), await somethingMoves()];
  await reader.context.setOffline(false);
  for (const key of keys) await sees(reader.page, key);
  await reader.close();
});

test("two readers in one browser do not hear each other's stream", async () => {
  const reader = await Reader.at(server, "jeroen");
  const { open } = streams(reader.context);
  await reader.page.goto(PAGE);
  await isLive(reader.page);
  const other = await reader.tab();
  const secret = server.token("mette");
  await other.addInitScript((token) => sessionStorage.setItem("koepel-token", token), secret);
  await other.goto(PAGE);
  await isLive(other);
  await until("both streams", () => open() === 2);
  await reader.close();
});

test("a tab that comes while something happens shows it, though it was not told", async () => {
  const reader = await Reader.at(server, "hanna");
  await reader.page.goto("/products/one-shop/backlog?beside=-");
  await isLive(reader.page);
  // The second tab has its domains, and waits for the last of what it needs; meanwhile one of them is renamed.
  const other = await reader.tab();
  let arrived = () => {};
  const asked = new Promise<void>((done) => (arrived = done));
  let goOn = () => {};
  const held = new Promise<void>((done) => (goOn = done));
  await other.route("**/koepel.v1.ProductService/GetMandate", async (route) => {
    arrived();
    await held;
    await route.continue();
  });
  const domains = other.waitForResponse("**/koepel.v1.ProductService/ListDomains");
  await other.goto("/products/one-shop/backlog?beside=-");
  await Promise.all([asked, domains]);
  await server.as("hanna").to(ProductService).updateDomain({ domain: { name: "products/one-shop/domains/offline", displayName: "Stores" }, updateMask: { paths: ["display_name"] } });
  goOn();
  await other.getByText("Stores").first().waitFor({ state: "attached" });
  await reader.close();
});
