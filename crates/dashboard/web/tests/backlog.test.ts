/** The backlog's finer points: moments, filters, long lists, keys, and who may not. */

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BacklogRowSchema, BacklogService, ListBacklogRequestSchema, ListBacklogResponseSchema } from "../src/api/gen/koepel/v1/backlog_pb";
import { ItemKind, ItemStatus } from "../src/api/gen/koepel/v1/common_pb";
import { closeBrowser, picture, Reader, settled, violations } from "./harness/browser";
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

const NAME = "products/one-shop";
const P = `/${NAME}`;
const LIST = "**/koepel.v1.BacklogService/ListBacklog";
const items = () => server.as("hanna").to(BacklogService);
const overarching = (page: Page) => page.getByRole("grid", { name: /Overarching/ });
const rowsOf = (list: Locator) => list.locator("[role=row][data-index]");
const row = (page: Page, key: string) => overarching(page).getByRole("row").filter({ has: page.getByRole("link", { name: key, exact: true }) });
const at = (page: Page, index: number) => overarching(page).locator(`[role=row][data-index="${index}"]`);
const keys = (list: Locator) => list.locator("[role=row][data-index] a").allInnerTexts();
const focused = (page: Page) => page.evaluate(() => Number(document.activeElement?.getAttribute("data-index") ?? -1));

test("another moment is shown as loading, and a refused one is refused", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog?beside=-`);
  await row(page, "ONLINE-2").waitFor();
  const first = await keys(overarching(page));
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  await page.route(LIST, async (route) => {
    await promise;
    await route.continue();
  });
  await page.evaluate(() => {
    history.pushState(null, "", `${location.pathname}?beside=-&as_of=1`);
  });
  await overarching(page).and(page.locator("[aria-busy=true]")).waitFor();
  expect(await page.getByText(/^\d+ items$/).count()).toBe(0);
  resolve();
  await until("the past is shown", async () => (await page.locator("[role=grid][aria-busy=true]").count()) === 0);
  expect(await keys(overarching(page)).catch(() => [])).not.toEqual(first);
  await page.unroute(LIST);
  // A version that is not there yet.
  await page.evaluate(() => {
    history.pushState(null, "", `${location.pathname}?beside=-&as_of=99999999`);
  });
  await page.getByRole("alert").first().waitFor();
  expect(await page.getByRole("grid").count()).toBe(0);
  await picture(page, "backlog-refused-moment");
  await context.close();
});

test("in the past there is no search, and it is said why", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  const { version } = await items().listBacklog({ parent: NAME });
  await page.goto(`${P}/backlog?beside=-&as_of=${version}&q=coupon`);
  await page.getByText("The past cannot be searched by words.").waitFor();
  await row(page, "ONLINE-2").waitFor();
  expect(await page.getByPlaceholder(/Search the backlog/).count()).toBe(0);
  expect((await keys(overarching(page))).length).toBeGreaterThan(10);
  await context.close();
});

test("a filter that words overlook says so, and applies again without them", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog?beside=-&asks=backoffice&q=a`);
  const chip = page.getByRole("button", { name: /not applied while you search/ });
  await chip.waitFor();
  await picture(page, "backlog-overlooked");
  await page.getByPlaceholder(/Search the backlog/).fill("");
  await chip.waitFor({ state: "detached" });
  expect(page.url()).toContain("asks=backoffice");
  await page.goto(`${P}/backlog?beside=-&asks=backoffice&q=a`);
  await chip.click();
  await until("it is gone", () => !page.url().includes("asks="));
  await context.close();
});

/** The server's answer, for a product that has a million items. */
function million(asked: Uint8Array): Buffer {
  const { fromPlace } = fromBinary(ListBacklogRequestSchema, asked);
  const rows = Array.from({ length: Math.max(0, Math.min(100, MANY + 1 - fromPlace)) }, (_, at) => {
    const place = fromPlace + at;
    return create(BacklogRowSchema, { name: `${NAME}/items/MANY-${place}`, key: `MANY-${place}`, title: `Item ${place}`, place, domainPlace: place, domain: `${NAME}/domains/online`, kind: ItemKind.STORY, status: ItemStatus.NEW });
  });
  const frame = (flag: number, bytes: Uint8Array) => {
    const head = Buffer.alloc(5);
    head[0] = flag;
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  return Buffer.concat([frame(0, toBinary(ListBacklogResponseSchema, create(ListBacklogResponseSchema, { rows, totalSize: MANY, version: 1n }))), frame(0x80, Buffer.from("grpc-status: 0\r\n"))]);
}

const MANY = 1_000_000;

test("each row of a million is reached: by keys, by the scroll bar, by the wheel, by dragging", async () => {
  const { page, context, complaints } = await Reader.at(server, "hanna");
  await page.route(LIST, (route) => route.fulfill({ contentType: "application/grpc-web+proto", body: million(route.request().postDataBuffer()?.subarray(5) ?? new Uint8Array()) }));
  await page.goto(`${P}/backlog?beside=-`);
  const list = overarching(page);
  await row(page, "MANY-1").waitFor();
  const inSight = async (index: number) => {
    const [box, frame] = [await at(page, index).boundingBox(), await list.boundingBox()];
    return box !== null && frame !== null && box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1;
  };
  expect(await list.evaluate((grid) => grid.scrollHeight)).toBeLessThanOrEqual(15_000_100);

  await at(page, 0).focus();
  await page.keyboard.press("End");
  await row(page, "MANY-1000000").waitFor();
  await until("the last row has the focus", async () => (await focused(page)) === MANY - 1);
  expect(await inSight(MANY - 1)).toBe(true);
  await picture(page, "backlog-million-end");
  await page.keyboard.press("ArrowUp");
  await until("the one above it", async () => (await focused(page)) === MANY - 2);
  await page.keyboard.press("Home");
  await until("the first row has the focus", async () => (await focused(page)) === 0);
  await row(page, "MANY-1").waitFor();

  // The scroll bar, to the middle; from there rows go by one by one.
  await list.evaluate((grid) => {
    grid.scrollTop = grid.scrollHeight / 2;
  });
  await row(page, "MANY-500000").waitFor();
  const middle = await list.locator("[role=row][data-index]").evaluateAll((rows) => {
    const frame = rows[0]?.closest("[role=grid]")?.getBoundingClientRect();
    const seen = rows.find((one) => frame && one.getBoundingClientRect().top > frame.top + 100);
    return Number(seen?.getAttribute("data-index"));
  });
  await at(page, middle).focus();
  for (let step = 1; step <= 30; step += 1) {
    await page.keyboard.press("ArrowDown");
    await until("the next row", async () => (await focused(page)) === middle + step);
    expect(await inSight(middle + step)).toBe(true);
  }
  const before = await at(page, middle + 30).boundingBox();
  const frame = await list.boundingBox();
  if (!before || !frame) throw new Error("not there");
  await page.mouse.move(frame.x + 200, frame.y + 200);
  await page.mouse.wheel(0, 120);
  await until("the wheel goes as far as it says", async () => Math.abs(((await at(page, middle + 30).boundingBox())?.y ?? 0) - (before.y - 120)) <= 1);

  // What is dragged to the edge goes on, and would go where the pointer is.
  const top = await list.evaluate((grid) => grid.scrollTop);
  await page.mouse.down();
  await page.mouse.move(frame.x + 210, frame.y + 220, { steps: 3 });
  await page.mouse.move(frame.x + 210, frame.y + frame.height - 4, { steps: 5 });
  await until("it scrolls by itself", async () => (await list.evaluate((grid) => grid.scrollTop)) > top + 400);
  await page.mouse.move(frame.x + 210, frame.y + frame.height / 2, { steps: 5 });
  const lines = async () => {
    const line = await page.locator("[class*=line]").last().boundingBox();
    return Math.abs((line?.y ?? 0) - (frame.y + frame.height / 2));
  };
  await until("the line is at the pointer", async () => (await lines()) <= 22);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  expect(complaints).toEqual([]);
  await context.close();
});

test("single keys are for what has the focus, and can be switched off", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog?beside=-`);
  await row(page, "ONLINE-2").waitFor();
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const blur = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await blur();
  await page.keyboard.press("?");
  await shortcuts.waitFor();
  await page.keyboard.press("Escape");
  await shortcuts.waitFor({ state: "detached" });
  // A button has the focus: a letter is none of the page's business.
  await page.getByRole("button", { name: "New item" }).focus();
  await page.keyboard.press("?");
  await page.keyboard.press("n");
  await page.getByRole("button", { name: "Settings of this list" }).click();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("menuitemradio", { name: /Single-key shortcuts/ }).click();
  await blur();
  await page.keyboard.press("?");
  await page.keyboard.press("n");
  await page.reload();
  await row(page, "ONLINE-2").waitFor();
  await blur();
  await page.keyboard.press("?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await row(page, "ONLINE-2").focus();
  await page.keyboard.press("?");
  await shortcuts.waitFor();
  await context.close();
});

test("whoever may not create is told in words who may", async () => {
  const { page, context } = await Reader.at(server, "marijke");
  await page.goto(`${P}/backlog`);
  await page.getByText(/You can read the backlog, but not create items\. .*Hanna Visser/).waitFor();
  await page.getByRole("button", { name: "New item" }).and(page.locator(":disabled")).waitFor();
  await picture(page, "backlog-may-not-create");
  await context.close();
});

test("the columns have names, and each cell says which it is in", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog?beside=online`);
  await row(page, "ONLINE-2").waitFor();
  await settled(page);
  for (const list of await page.getByRole("grid").all()) {
    const columns = await list.getByRole("columnheader").evaluateAll((all) => all.map((one) => one.getAttribute("aria-colindex")));
    expect(columns.length).toBeGreaterThanOrEqual(10);
    for (const line of await rowsOf(list).all()) {
      expect(await line.getByRole("gridcell").evaluateAll((all) => all.map((one) => one.getAttribute("aria-colindex")))).toEqual(columns);
    }
  }
  // Somebody changes it: that is told in the title, and there is no cell more.
  const cells = await row(page, "ONLINE-2").getByRole("gridcell").count();
  await server.as("jeroen").to(BacklogService).updateItem({ item: { name: `${NAME}/items/ONLINE-2`, title: "Changed by somebody" }, updateMask: { paths: ["title"] } });
  await row(page, "ONLINE-2").filter({ hasText: /Jeroen/ }).waitFor();
  expect(await row(page, "ONLINE-2").getByRole("gridcell").count()).toBe(cells);
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("in forced colours one sees what is chosen, dragged, and where it would go", async () => {
  const { page, context } = await Reader.at(server, "hanna");
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`${P}/backlog?beside=-&item=ONLINE-2`);
  await row(page, "ONLINE-2").waitFor();
  const chosen = await row(page, "ONLINE-2").evaluate((one) => getComputedStyle(one).outlineStyle);
  expect(chosen).toBe("dashed");
  const box = await at(page, 5).boundingBox();
  if (!box) throw new Error("not there");
  await page.mouse.move(box.x + 60, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 70, box.y - 90, { steps: 6 });
  const line = page.locator("[class*=_line_]").last();
  await line.waitFor({ state: "attached" });
  expect(await line.evaluate((one) => getComputedStyle(one, "::before").borderTopWidth)).toBe("4px");
  expect(await page.locator("[class*=_float_]").evaluate((one) => getComputedStyle(one).borderTopWidth)).toBe("2px");
  await picture(page, "backlog-forced-colours");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await context.close();
});

test("a view is kept under a name, shown again, renamed and removed; it is one person's", async () => {
  const { page, context, complaints } = await Reader.at(server, "hanna");
  await page.goto(`${P}/backlog?beside=offline&kind=defect&closed=1`);
  await row(page, "ONLINE-1").waitFor();
  const views = page.getByRole("button", { name: /^Views/ });
  await views.click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByLabel("Name", { exact: true }).fill("  Defects,  all ");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Views: Defects, all" }).waitFor();
  await page.getByRole("button", { name: "Clear all" }).click();
  await row(page, "BACKOFFICE-2").waitFor();
  await page.getByRole("button", { name: "Close the sub-backlog" }).click();
  await page.reload();
  await row(page, "BACKOFFICE-2").waitFor();
  // By keys alone.
  await views.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemradio", { name: "Defects, all" }).waitFor();
  await picture(page, "backlog-views");
  await page.keyboard.press("Enter");
  await until("the address says so", () => page.url().includes("kind=defect") && page.url().includes("closed=1") && page.url().includes("beside=offline"));
  await row(page, "BACKOFFICE-2").waitFor({ state: "detached" });
  await page.goBack();
  await row(page, "BACKOFFICE-2").waitFor();

  await views.click();
  await page.getByRole("menuitem", { name: "Rename or remove" }).click();
  const name = page.getByRole("textbox", { name: /Name of the view/ });
  await name.fill("Defects");
  expect(await violations(page)).toEqual([]);
  await picture(page, "backlog-views-all");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name of the view “Defects”" }).waitFor();
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press("Escape");
  await views.click();
  await page.getByRole("menuitemradio", { name: "Defects", exact: true }).waitFor();
  await page.keyboard.press("Escape");

  // Somebody else at the same browser has none of it.
  const other = await context.newPage();
  await other.addInitScript((token) => sessionStorage.setItem("koepel-token", token), server.token("mette"));
  await other.goto(`${P}/backlog`);
  await row(other, "ONLINE-1").waitFor();
  await other.getByRole("button", { name: "Views" }).click();
  await other.getByRole("menuitem", { name: "Save this view" }).waitFor();
  expect(await other.getByRole("menuitemradio").count()).toBe(0);
  await other.close();

  await views.click();
  await page.getByRole("menuitem", { name: "Rename or remove" }).click();
  await page.getByRole("button", { name: "Remove the view “Defects”" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await views.click();
  await page.getByRole("menuitem", { name: "Save this view" }).waitFor();
  expect(await page.getByRole("menuitemradio").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});
