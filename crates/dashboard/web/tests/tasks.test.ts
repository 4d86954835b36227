/** What people come for: each main task, by mouse, by keys alone, on a telephone; with others at it, and without a server. */

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AdminService } from "../src/api/gen/koepel/v1/admin_pb";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { Edge } from "../src/api/gen/koepel/v1/common_pb";
import { Shared, ShareService } from "../src/api/gen/koepel/v1/share_pb";
import { closeBrowser, picture, Reader, settled } from "./harness/browser";
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

const P = "/products/one-shop";
const items = () => server.as("hanna").to(BacklogService);
const item = async (key: string) => {
  const { item } = await items().getItem({ name: `products/one-shop/items/${key}` });
  if (!item) throw new Error(`no ${key}`);
  return item;
};
const grid = (page: Page, name: string | RegExp) => page.getByRole("grid", { name });
const overarching = (page: Page) => grid(page, /Overarching/);
const rowOf = (page: Page, list: Locator, key: string) => list.getByRole("row").filter({ has: page.getByRole("link", { name: key, exact: true }) });
const row = (page: Page, key: string) => rowOf(page, overarching(page), key);
const keyAt = async (page: Page, index: number) => {
  return overarching(page).locator(`[role=row][data-index="${index}"]`).getByRole("link").first().innerText();
};

test("by keys alone: an item goes up, it is said, and it is undone", async () => {
  const { page, ...reader } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog`);
  await row(page, "ONLINE-2").waitFor();
  const before = (await item("ONLINE-2")).place;
  await overarching(page).locator("[role=row][tabindex='0']").focus();
  for (let place = 1; place < before; place += 1) await page.keyboard.press("ArrowDown");
  await until("the row has the focus", async () => (await page.evaluate(() => document.activeElement?.textContent ?? "")).includes("ONLINE-2"));
  await page.keyboard.press("Alt+ArrowUp");
  await until("it was moved", async () => (await item("ONLINE-2")).place === before - 1);
  await page.locator("#spoken", { hasText: `ONLINE-2 is now at place ${before - 1}` }).waitFor({ state: "attached" });
  // The focus is where the item is.
  expect(await page.evaluate(() => document.activeElement?.textContent ?? "")).toContain("ONLINE-2");
  await page.keyboard.press("u");
  await until("it was undone", async () => (await item("ONLINE-2")).place === before);
  await page.keyboard.press("Alt+Home");
  await until("it is at the top", async () => (await item("ONLINE-2")).place === 1);
  await page.keyboard.press("u");
  await until("that was undone, too", async () => (await item("ONLINE-2")).place === before);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

/** Drags a row by the mouse to just above another one; `hover` is done before it is let go. */
async function drag(page: Page, key: string, above: string, hover?: () => Promise<void>): Promise<void> {
  const from = await row(page, key).boundingBox();
  const to = await row(page, above).boundingBox();
  if (!from || !to) throw new Error("not on the screen");
  await page.mouse.move(from.x + 14, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + from.height / 2 - 12, { steps: 3 });
  await page.mouse.move(to.x + 60, to.y + 3, { steps: 12 });
  await hover?.();
  await page.mouse.up();
}

test("by mouse: a drop is told before it is made, and is what the server has", async () => {
  const { page, ...reader } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog`);
  await row(page, "OFFLINE-1").waitFor();
  const [dragged, target] = [await keyAt(page, 6), await keyAt(page, 1)];
  await drag(page, dragged, target, async () => {
    await page.getByText(/Past 5 items/).first().waitFor();
    await picture(page, "task-drag");
  });
  await until("it was moved", async () => (await item(dragged)).place === 2);
  expect(await keyAt(page, 1)).toBe(dragged);
  await page.getByRole("button", { name: "Undo" }).click();
  await until("it was undone", async () => (await item(dragged)).place === 7);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("a drop that is refused goes back, and says why", async () => {
  const { page } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog`);
  await row(page, "OFFLINE-1").waitFor();
  const [dragged, target] = [await keyAt(page, 6), await keyAt(page, 1)];
  // While the command is on its way, somebody moves what it was dropped above.
  await page.route("**/koepel.v1.BacklogService/RankItem", async (route) => {
    await items().rankItem({ name: `products/one-shop/items/${target}`, place: { at: { case: "edge", value: Edge.BOTTOM } } });
    await route.continue();
  });
  await drag(page, dragged, target);
  await page.getByText(/no longer next to each other|order changed while/i).first().waitFor();
  await picture(page, "task-refused");
  const { place } = await item(dragged);
  await until("the truth is shown", async () => (await keyAt(page, place - 1)) === dragged);
  await page.context().close();
});

test("two people move the same item, and both see one truth", async () => {
  const [a, b] = [await Reader.at(server, "hanna"), await Reader.at(server, "hanna")];
  for (const { page } of [a, b]) {
    await page.goto(`${P}/backlog`);
    await row(page, "OFFLINE-2").waitFor();
  }
  const focus = async (page: Page) => {
    await row(page, "OFFLINE-2").focus();
  };
  await Promise.all([focus(a.page), focus(b.page)]);
  await Promise.all([a.page.keyboard.press("Alt+Home"), b.page.keyboard.press("Alt+ArrowDown")]);
  // The names of the columns are the first row.
  const shown = async (page: Page) => String(Number(await row(page, "OFFLINE-2").getAttribute("aria-rowindex")) - 1);
  await until("both show what the server has", async () => {
    const truth = String((await item("OFFLINE-2")).place);
    return (await shown(a.page)) === truth && (await shown(b.page)) === truth;
  });
  await a.close();
  await b.close();
});

test("whoever may not rank is offered no handle, and orders their own domain", async () => {
  const { page, ...reader } = await Reader.at(server, "jeroen");
  await page.goto(`${P}/backlog?beside=online`);
  await row(page, "ONLINE-3").waitFor();
  expect(await overarching(page).getByTitle(/Drag/).count()).toBe(0);
  await row(page, "ONLINE-3").locator("[role=gridcell]").first().hover();
  expect(await row(page, "ONLINE-3").locator("[role=gridcell]").first().getAttribute("title")).toMatch(/Hanna Visser/);
  const own = grid(page, /Online/).last();
  const before = (await item("ONLINE-3")).domainPlace;
  await rowOf(page, own, "ONLINE-3").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await until("it was moved in its domain", async () => (await item("ONLINE-3")).domainPlace === before + 1);
  await page.keyboard.press("u");
  await until("it was undone", async () => (await item("ONLINE-3")).domainPlace === before);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("a title is edited in place; what somebody changed meanwhile is not overwritten", async () => {
  const { page } = await Reader.at(server, "jeroen");
  await page.goto(`${P}/items/ONLINE-5`);
  await settled(page);
  const name = "products/one-shop/items/ONLINE-5";
  await page.getByRole("button", { name: /title/i }).first().click();
  const field = page.getByRole("textbox", { name: /title/i });
  await field.fill("Promotion pages that open in a second");
  await page.keyboard.press("Enter");
  await until("it was saved", async () => (await item("ONLINE-5")).title === "Promotion pages that open in a second");

  await page.getByRole("button", { name: /title/i }).first().click();
  await field.fill("Mine");
  await server.as("jeroen").to(BacklogService).updateItem({ item: { name, title: "Theirs" }, updateMask: { paths: ["title"] } });
  await page.keyboard.press("Enter");
  await page.getByText(/Theirs/).first().waitFor();
  await picture(page, "task-stale");
  expect((await item("ONLINE-5")).title).toBe("Theirs");
  expect(await field.inputValue()).toBe("Mine");
  await page.context().close();
});

test("on a telephone: an item is moved by its menu", async () => {
  const { page } = await Reader.at(server, "hanna", { width: 390, height: 844, touch: true });
  await page.goto(`${P}/backlog`);
  await row(page, "BACKOFFICE-5").waitFor();
  await row(page, "BACKOFFICE-5").getByRole("button", { name: /What to do/ }).tap();
  await page.getByRole("menuitem", { name: "To the top" }).tap();
  await until("it is at the top", async () => (await item("BACKOFFICE-5")).place === 1);
  await page.context().close();
});

test("the address holds the filters, and back and forward work", async () => {
  const { page } = await Reader.at(server, "mette");
  await page.goto(`${P}/today`);
  await settled(page);
  await page.getByRole("link", { name: "Backlog", exact: true }).click();
  await row(page, "OFFLINE-2").waitFor();
  await page.getByPlaceholder(/Search/).fill("coupon");
  await overarching(page).getByRole("row").filter({ hasText: /coupon/i }).first().waitFor();
  await until("the address says so", () => page.url().includes("q=coupon"));
  await page.reload();
  await overarching(page).getByRole("row").filter({ hasText: /coupon/i }).first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await page.goForward();
  await overarching(page).getByRole("row").filter({ hasText: /coupon/i }).first().waitFor();
  await page.context().close();
});

test("a new page's heading has the focus, also when it comes late, and on the way back", async () => {
  const { page } = await Reader.at(server, "hanna");
  await page.goto(`${P}/today`);
  await settled(page);
  const focused = () => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`);
  await page.getByRole("link", { name: "Directory", exact: true }).or(page.getByRole("link", { name: "Whom do I ask?" })).first().click();
  await until("the heading of the directory", async () => (await focused()).startsWith("H1 Whom"));
  await page.goBack();
  await until("the heading of today", async () => (await focused()) === "H1 Today");
  await page.context().close();
});

test("whoever is signed out meanwhile signs in over the page, and what they typed is still there", async () => {
  const hanna = (await server.as("hanna").to(AdminService).whoAmI({})).person?.name ?? "";
  const { secret, token } = await server.as("admin").to(AdminService).createToken({ person: hanna, purpose: "to be revoked" });
  const { page } = await Reader.at(server, undefined);
  await page.addInitScript((token) => {
    if (!sessionStorage.getItem("begun")) sessionStorage.setItem("koepel-token", token);
    sessionStorage.setItem("begun", "1");
  }, secret);
  await page.goto(`${P}/escalations?raise=1`);
  await page.getByLabel("What has to be decided?").fill("Typed before");
  await server.as("admin").to(AdminService).revokeToken({ name: token?.name ?? "" });
  await page.getByRole("button", { name: "Raise it" }).click();
  await page.getByLabel("Token").waitFor();
  await page.getByLabel("Token").fill(server.token("hanna"));
  await page.keyboard.press("Enter");
  await page.getByLabel("Token").waitFor({ state: "detached" });
  expect(await page.getByLabel("What has to be decided?").inputValue()).toBe("Typed before");
  await page.context().close();
});

test("a share link shows what it opens, and offers nothing to do", async () => {
  const { secret } = await server.as("hanna").to(ShareService).createShareLink({ parent: "products/one-shop", opens: Shared.PRODUCT, purpose: "the board" });
  const { page, ...reader } = await Reader.at(server, undefined);
  await page.goto(`/share/${secret}`);
  await page.getByText("OFFLINE-2").first().waitFor();
  await picture(page, "task-share");
  expect(await page.getByText(/Visser|Aalbers|Lindhardt/).count()).toBe(0);
  expect(await page.getByRole("button", { name: /^(New item|Unpin|What to do)/ }).count()).toBe(0);
  await page.goto("/share/koepel_share_0000000000000000000000000000000000000000000");
  await page.locator("main h1").waitFor();
  expect(await page.getByText("OFFLINE-2").count()).toBe(0);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("a wrong token is told kindly, a right one lets in where one wanted to go", async () => {
  const { page } = await Reader.at(server, undefined);
  await page.goto(`${P}/decisions`);
  await page.getByLabel("Token").fill("koepel_wrong");
  await page.keyboard.press("Enter");
  await page.getByText(/knows no such token/).waitFor();
  await page.getByLabel("Token").fill(server.token("marijke"));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Decisions" }).waitFor();
  await page.getByRole("button", { name: /You: Marijke/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Token").waitFor();
  await page.context().close();
});

test("the server stops during a drag, a form and signing in: nothing is lost", async () => {
  const { page } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog`);
  await row(page, "OFFLINE-1").waitFor();
  const [dragged, target] = [await keyAt(page, 6), await keyAt(page, 1)];
  await drag(page, dragged, target, async () => server.kill());
  // The row is where it was put, and the command is sent until there is an answer.
  await page.getByText("No connection").first().waitFor();
  await picture(page, "task-stopped-drag");
  await server.again();
  await until("it was moved, once", async () => (await item(dragged)).place === 2);

  await page.goto(`${P}/escalations?raise=1`);
  await page.getByLabel("What has to be decided?").fill("Kept through a stop?");
  await server.kill();
  await page.getByRole("button", { name: "Raise it" }).click();
  await page.getByText("No connection").first().waitFor();
  await picture(page, "task-stopped-form");
  expect(await page.getByLabel("What has to be decided?").inputValue()).toBe("Kept through a stop?");
  await server.again();
  await until("it was raised, or can be", async () => {
    const again = page.getByRole("button", { name: "Raise it" });
    if (await again.isEnabled({ timeout: 300 }).catch(() => false)) await again.click({ timeout: 1_000 }).catch(() => undefined);
    return (await page.getByRole("heading", { level: 1, name: "Kept through a stop?" }).count()) > 0;
  });
  expect(page.url()).toMatch(/escalations\/1$/);

  const nobody = await Reader.at(server, undefined);
  await nobody.page.goto(`${P}/today`);
  await nobody.page.getByLabel("Token").fill(server.token("mette"));
  await server.kill();
  await nobody.page.keyboard.press("Enter");
  await nobody.page.getByText(/cannot be reached/).waitFor();
  await picture(nobody.page, "task-stopped-sign-in");
  expect(await nobody.page.getByLabel("Token").inputValue()).toContain("koepel_");
  await server.again();
  await nobody.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await nobody.page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  await nobody.close();
  await page.context().close();
}, 120_000);
