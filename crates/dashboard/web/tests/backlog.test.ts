/** The backlog's finer points: moments, filters, long lists, keys, and who may not. */

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BacklogRowSchema, BacklogService, BacklogState, ListBacklogRequestSchema, ListBacklogResponseSchema } from "../src/api/gen/koepel/v1/backlog_pb";
import { ItemKind, ItemStatus, Moscow } from "../src/api/gen/koepel/v1/common_pb";
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
  await page.setViewportSize({ width: 390, height: 844 });
  const said = await page.getByText("The past cannot be searched by words.").boundingBox();
  expect(said?.height).toBeLessThan(60);
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

/** All items as the server has them, without a filter of its. */
async function everything() {
  const { rows } = await items().listBacklog({ parent: NAME, state: BacklogState.ALL, pageSize: 1_000 });
  return rows;
}

type Rows = Awaited<ReturnType<typeof everything>>;

const isOpen = ({ place }: Rows[number]) => place > 0;

async function asking(domain: string): Promise<Set<string>> {
  const asking = new Set<string>();
  for (const { name } of await everything()) {
    const { item } = await items().getItem({ name });
    if (item?.requests.some((one) => one.domain === domain)) asking.add(name);
  }
  return asking;
}

const FILTERS: readonly [search: string, keeps: (row: Rows[number], asks: Set<string>) => boolean][] = [
  ["kind=story", (one) => isOpen(one) && one.kind === ItemKind.STORY],
  ["kind=defect,impediment", (one) => isOpen(one) && (one.kind === ItemKind.DEFECT || one.kind === ItemKind.IMPEDIMENT)],
  ["status=in-progress", (one) => one.status === ItemStatus.IN_PROGRESS],
  ["status=done&closed=1", (one) => one.status === ItemStatus.DONE],
  ["moscow=must", (one) => isOpen(one) && one.moscow === Moscow.MUST],
  ["moscow=none", (one) => isOpen(one) && one.moscow === Moscow.UNSPECIFIED],
  ["moscow=could,none", (one) => isOpen(one) && (one.moscow === Moscow.COULD || one.moscow === Moscow.UNSPECIFIED)],
  ["label=filter-test", (one) => isOpen(one) && one.labels.includes("filter-test")],
  ["label=filter-test&label=second", (one) => isOpen(one) && one.labels.includes("filter-test") && one.labels.includes("second")],
  ["pinned=1", (one) => isOpen(one) && one.pinned],
  ["domain=online", (one) => isOpen(one) && one.domain.endsWith("/online")],
  ["domain=online,offline&kind=story", (one) => isOpen(one) && /\/(online|offline)$/.test(one.domain) && one.kind === ItemKind.STORY],
  ["asks=backoffice", (one, asks) => isOpen(one) && asks.has(one.name)],
  ["closed=1", () => true],
];

test("each filter leaves what it says, in order, with its places and its count", async () => {
  const of = (name: "jeroen" | "mette") => server.as(name).to(BacklogService);
  await of("jeroen").updateItem({ item: { name: `${NAME}/items/ONLINE-4`, labels: ["filter-test", "second"], moscow: Moscow.UNSPECIFIED }, updateMask: { paths: ["labels", "moscow"] } });
  await of("mette").updateItem({ item: { name: `${NAME}/items/OFFLINE-2`, labels: ["filter-test"] }, updateMask: { paths: ["labels"] } });
  const [all, asks] = [await everything(), await asking(`${NAME}/domains/backoffice`)];
  expect(asks.size).toBeGreaterThan(0);
  const { page, context, complaints } = await Reader.at(server, "hanna", { height: 4_000 });
  for (const [search, keeps] of FILTERS) {
    await page.goto(`${P}/backlog?beside=-&${search}`);
    const wanted = all.filter((one) => keeps(one, asks));
    expect(wanted.length, search).toBeGreaterThan(0);
    await page.getByText(new RegExp(`^${wanted.length} (found|items?)$`)).waitFor();
    await until(`${search} shows what it should`, async () => String(await keys(overarching(page))) === String(wanted.map(({ key }) => key)));
    const places = await overarching(page).locator("[role=row][data-index] [aria-colindex='2']").allInnerTexts();
    expect(places, search).toEqual(wanted.map(({ place }) => (place > 0 ? String(place) : "–")));
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test("filters are chosen by mouse and by keys, add up, and are taken away", async () => {
  const { page, context } = await Reader.at(server, "hanna", { height: 2_000 });
  await page.goto(`${P}/backlog?beside=-`);
  await row(page, "BACKOFFICE-2").waitFor();
  const count = (rows: Rows) => page.getByText(new RegExp(`^${rows.length} found$`)).waitFor();
  const all = await everything();
  const stories = all.filter((one) => isOpen(one) && one.kind === ItemKind.STORY);
  await page.getByRole("button", { name: "Kind", exact: true }).click();
  await page.getByRole("checkbox", { name: "story", exact: true }).check();
  await count(stories);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "MoSCoW" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: "not set" }).focus();
  await page.keyboard.press("Space");
  await count(stories.filter(({ moscow }) => moscow === Moscow.UNSPECIFIED));
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^More/ }).click();
  await page.getByPlaceholder("Label").fill("filter-test");
  await page.keyboard.press("Enter");
  await count(stories.filter(({ labels }) => labels.includes("filter-test")));
  await page.keyboard.press("Escape");
  await page.getByPlaceholder("Label").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /Remove the filter for the label filter-test/ }).click();
  await count(stories);
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.getByText(new RegExp(`^${all.filter(isOpen).length} items$`)).waitFor();
  await context.close();
});

test("in a filtered list, what is moved goes next to what is shown", async () => {
  const { page, context } = await Reader.at(server, "hanna", { height: 2_000 });
  await page.goto(`${P}/backlog?beside=-&kind=story`);
  await row(page, "ONLINE-2").waitFor();
  const stories = async () => (await everything()).filter((one) => isOpen(one) && one.kind === ItemKind.STORY).map(({ key }) => key);
  const shows = async () => String(await keys(overarching(page))) === String(await stories());
  await until("the stories are shown", shows);
  const [first, second, third, fourth] = await stories();
  if (!first || !second || !third || !fourth) throw new Error("too few");
  // By keys: one up among those that are shown.
  await row(page, third).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await until("it was moved", async () => String((await stories()).slice(0, 3)) === String([first, third, second]));
  await until("that is shown", shows);
  await until("the focus went along", async () => (await page.evaluate(() => document.activeElement?.textContent ?? "")).includes(third));
  await page.keyboard.press("u");
  await until("it was undone", async () => String((await stories()).slice(0, 3)) === String([first, second, third]));
  await until("that is shown", shows);
  // By mouse: above the second.
  const [from, to] = [await row(page, fourth).boundingBox(), await row(page, second).boundingBox()];
  if (!from || !to) throw new Error("not on the screen");
  await page.mouse.move(from.x + 14, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + from.height / 2 - 12, { steps: 3 });
  await page.mouse.move(to.x + 60, to.y + 3, { steps: 12 });
  await page.mouse.up();
  await until("it was dropped", async () => String((await stories()).slice(0, 4)) === String([first, fourth, second, third]));
  await until("that is shown", shows);
  const moved = (await everything()).find(({ key }) => key === fourth);
  const below = (await everything()).find(({ key }) => key === second);
  expect((below?.place ?? 0) - (moved?.place ?? 0)).toBe(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await until("it was undone", async () => String((await stories()).slice(0, 4)) === String([first, second, third, fourth]));
  // To the end, and out of the list by a change: the list follows.
  await row(page, first).focus();
  await page.keyboard.press("Alt+End");
  await until("it is the last of all", async () => (await everything()).filter(isOpen).at(-1)?.key === first);
  await until("that is shown", shows);
  await page.keyboard.press("u");
  await until("it is the first again", async () => (await stories())[0] === first);
  await until("that is shown", shows);
  await context.close();
});
