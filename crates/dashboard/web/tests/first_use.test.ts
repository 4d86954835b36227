/**
 * First use: from the link that `cargo xtask demo` prints to an item that was ranked and an escalation that was raised, without a
 * manual. What it takes is counted, and printed.
 */

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { EscalationService } from "../src/api/gen/koepel/v1/escalation_pb";
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

/** A hand that counts. */
class Hand {
  clicks = 0;
  keys = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async click(what: Locator): Promise<void> {
    await what.click();
    this.clicks += 1;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      this.keys += 1;
    }
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
    this.keys += text.length;
  }

  /** As many Tabs as it takes until the focus is on something. */
  async tabTo(what: Locator): Promise<void> {
    await what.waitFor();
    for (let tab = 0; tab < 60; tab += 1) {
      if (await what.evaluate((element) => element === document.activeElement || element.contains(document.activeElement))) return;
      await this.press("Tab");
    }
    throw new Error("not reached in 60 Tabs");
  }

  get told(): string {
    return `${this.clicks} clicks, ${this.keys} keystrokes`;
  }
}

const TITLE = "Tills or stores first?";
const link = () => `/products/one-shop/today#token=${server.token("hanna")}`;
const placeOf = async (key: string) => (await server.as("hanna").to(BacklogService).getItem({ name: `products/one-shop/items/${key}` })).item?.place ?? 0;
const raised = async () => (await server.as("hanna").to(EscalationService).listEscalations({ parent: "products/one-shop" })).escalations.length;

test("by mouse", async () => {
  const { page } = await Reader.at(server, undefined);
  const hand = new Hand(page);
  await page.goto(link());
  hand.clicks += 1; // the link itself
  await hand.click(page.getByRole("button", { name: /Sign in as Hanna/ }));
  await hand.click(page.getByRole("link", { name: "Backlog", exact: true }));
  const row = page.getByRole("grid", { name: /Overarching/ }).getByRole("row").filter({ has: page.getByRole("link", { name: "ONLINE-1", exact: true }) });
  const before = await placeOf("ONLINE-1");
  await hand.click(row.getByRole("button", { name: /What to do/ }));
  await hand.click(page.getByRole("menuitem", { name: "One up" }));
  await until("it was ranked", async () => (await placeOf("ONLINE-1")) === before - 1);
  const ranked = hand.told;
  await hand.click(page.getByRole("link", { name: "Escalations", exact: true }));
  await hand.click(page.getByRole("link", { name: "Raise an escalation" }).or(page.getByRole("button", { name: "Raise an escalation" })).first());
  await page.getByLabel("What has to be decided?").waitFor();
  await hand.type(TITLE);
  await hand.click(page.getByRole("button", { name: "Raise it" }));
  await until("it was raised", async () => (await raised()) === 1);
  process.stdout.write(`first use by mouse: ranked after ${ranked}; raised after ${hand.told} (${TITLE.length} of them the title)\n`);
  expect(hand.clicks).toBeLessThanOrEqual(9);
  await page.context().close();
});

test("by keys alone", async () => {
  const { page } = await Reader.at(server, undefined);
  const hand = new Hand(page);
  await page.goto(link());
  hand.clicks += 1; // the link itself, in the terminal
  await page.getByRole("button", { name: /Sign in as Hanna/ }).waitFor();
  await hand.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await hand.tabTo(page.getByRole("link", { name: "Backlog", exact: true }));
  await hand.press("Enter");
  const list = page.getByRole("grid", { name: /Overarching/ });
  await hand.tabTo(list.locator("[role=row][tabindex='0']"));
  await hand.press("ArrowDown");
  const key = await page.evaluate(() => document.activeElement?.querySelector("a")?.textContent ?? "");
  const before = await placeOf(key);
  await hand.press("Alt+ArrowUp");
  await until("it was ranked", async () => (await placeOf(key)) === before - 1);
  const ranked = hand.told;
  await hand.press("Control+k");
  await hand.type("esc");
  await page.getByRole("option", { name: "Escalations" }).waitFor();
  while (!(await page.getByRole("option", { name: "Escalations" }).getAttribute("aria-selected"))?.includes("true")) await hand.press("ArrowDown");
  await hand.press("Enter");
  await hand.tabTo(page.getByRole("link", { name: "Raise an escalation" }).or(page.getByRole("button", { name: "Raise an escalation" })).first());
  await hand.press("Enter");
  await page.getByLabel("What has to be decided?").waitFor();
  await until("one can type", () => page.evaluate(() => document.activeElement instanceof HTMLInputElement));
  await hand.type(TITLE);
  await hand.press("Enter");
  await until("it was raised", async () => (await raised()) === 2);
  process.stdout.write(`first use by keys: ranked after ${ranked}; raised after ${hand.told} (${TITLE.length} of them the title)\n`);
  expect(hand.keys).toBeLessThanOrEqual(100);
  await page.context().close();
});
