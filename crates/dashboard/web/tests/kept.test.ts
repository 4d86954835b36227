/** What somebody typed is kept, whatever others do meanwhile; and what could not be asked is not taken for nothing. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Topic } from "../src/api/gen/koepel/v1/common_pb";
import { EscalationService } from "../src/api/gen/koepel/v1/escalation_pb";
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

const P = "/products/one-shop";
const escalations = (name: "hanna" | "jeroen") => server.as(name).to(EscalationService);

/** One that is Hanna's to decide. */
async function raised(title: string): Promise<string> {
  const { escalation } = await escalations("jeroen").raiseEscalation({
    parent: "products/one-shop",
    topic: Topic.PRIORITY,
    title,
    domains: ["products/one-shop/domains/online", "products/one-shop/domains/offline"],
  });
  if (!escalation) throw new Error("nothing was raised");
  return escalation.name;
}

const focused = async (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("a decision that is being written stays when the escalation is withdrawn", async () => {
  const name = await raised("Withdrawn meanwhile?");
  const { page, ...reader } = await Reader.at(server, "hanna");
  await page.goto(`/${name}?do=decide`);
  const why = page.getByLabel("Why?");
  await why.fill("As we agreed in the sync");
  await escalations("jeroen").withdrawEscalation({ name, reason: "We settled it ourselves" });
  await page.getByText("Meanwhile this escalation was withdrawn").waitFor();
  await picture(page, "kept-withdrawn");
  expect(await why.inputValue()).toBe("As we agreed in the sync");
  expect(await page.getByRole("button", { name: "Decide, and do it" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await why.waitFor({ state: "detached" });
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("the reason to withdraw stays when somebody decides", async () => {
  const name = await raised("Decided meanwhile?");
  const { page, ...reader } = await Reader.at(server, "jeroen");
  await page.goto(`/${name}?do=withdraw`);
  const reason = page.getByLabel("Reason");
  await reason.fill("Not needed any more");
  await escalations("hanna").decideEscalation({ name, outcome: { case: "other", value: { title: "Online first" } }, reason: "It is peak season" });
  await page.getByText("Meanwhile this was decided").waitFor();
  expect(await reason.inputValue()).toBe("Not needed any more");
  expect(await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).isDisabled()).toBe(true);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("a comment that is typed while another is sent is kept", async () => {
  const name = await raised("Commented twice?");
  const { page } = await Reader.at(server, "jeroen");
  await page.goto(`/${name}`);
  const field = page.getByLabel("Write a comment");
  await field.fill("The first");
  let held: (() => void) | undefined;
  await page.route("**/koepel.v1.EscalationService/CommentEscalation", async (route) => {
    await new Promise<void>((done) => {
      held = done;
    });
    await route.continue();
  });
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await until("it is on its way", () => held !== undefined);
  await field.fill("The second");
  held?.();
  await page.getByText(/The first/).first().waitFor();
  expect(await field.inputValue()).toBe("The second");
  await page.context().close();
});

test("Today does not say that nothing needs you when a question was not answered", async () => {
  const { page } = await Reader.at(server, "mette");
  let isAway = true;
  await page.route("**/koepel.v1.GovernanceService/ListDecisions", (route) => (isAway ? route.abort() : route.continue()));
  await page.goto(`${P}/today`);
  await page.getByText(/Could not be asked: decisions/).waitFor();
  await picture(page, "kept-unanswered");
  expect(await page.getByText("Nothing needs you").count()).toBe(0);
  // It is asked again and again by itself.
  isAway = false;
  await page.getByText(/Could not be asked/).waitFor({ state: "detached" });
  await page.context().close();
});

test("Escape asks before it throws away what was typed, and does it the second time", async () => {
  const { page, ...reader } = await Reader.at(server, "hanna");
  await page.goto(`${P}/items/ONLINE-4`);
  await settled(page);
  const open = async () => {
    await page.getByRole("button", { name: "Choose a place" }).click();
    return page.getByRole("dialog");
  };
  // Nothing was typed: it closes.
  await (await open()).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  const dialog = await open();
  const reason = dialog.getByRole("textbox").last();
  await reason.fill("Because of the sale");
  await page.keyboard.press("Escape");
  await dialog.getByText("Throw away what you entered?").waitFor();
  await picture(page, "kept-dialog");
  expect(await focused(page)).toBe("Keep it");
  await page.keyboard.press("Enter");
  expect(await reason.inputValue()).toBe("Because of the sale");
  await until("the focus is back", () => reason.evaluate((field) => field === document.activeElement));
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.getByText("Throw away what you entered?").waitFor();
  await dialog.getByRole("button", { name: "Throw it away" }).click();
  await dialog.waitFor({ state: "detached" });

  await (await open()).getByRole("textbox").last().fill("Once more");
  await page.keyboard.press("Escape");
  await dialog.getByText("Throw away what you entered?").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await focused(page)).toContain("Choose a place");
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});

test("news stays while it is pointed at, and gives the focus on", async () => {
  const { page } = await Reader.at(server, "hanna");
  await page.goto(`${P}/items/ONLINE-4`);
  await settled(page);
  const news = page.getByRole("log", { name: "Messages" });
  await news.waitFor({ state: "attached" });
  await page.clock.install();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /To the top of Online/ }).click();
  const undo = news.getByRole("button", { name: "Undo" });
  await undo.waitFor();
  await undo.focus();
  await page.clock.runFor(20_000);
  expect(await undo.count()).toBe(1);
  await page.keyboard.press("Enter");
  await until("the focus is somewhere", () => page.evaluate(() => document.activeElement !== document.body));
  await page.context().close();
});

test("news is reached in a dialog that is opened over it, and an undone move is told", async () => {
  const { page, ...reader } = await Reader.at(server, "hanna");
  await page.goto(`${P}/items/ONLINE-6`);
  await settled(page);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /To the top of the whole backlog/ }).click();
  await page.getByText("ONLINE-6 is now at place 1.").last().waitFor();
  await page.getByRole("button", { name: "Choose a place" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Undo" }).click();
  await dialog.getByText(/Undone: ONLINE-6 is at place/).waitFor();
  await picture(page, "kept-news");
  expect(await violations(page)).toEqual([]);
  expect(reader.complaints).toEqual([]);
  await page.context().close();
});
