/**
 * The story of an escalation in two browsers: the PO of Online asks who is first, the Chief PO finds it on the page of today and
 * decides, and both see the same order at once. Pictures of each step are kept.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { closeBrowser, picture, Reader, settled } from "./harness/browser";
import { Server } from "./harness/server";

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

const TITLE = "Who is first at the tills in November?";

test("a disagreement is raised, decided and seen, without a reload", async () => {
  const jeroen = await Reader.at(server, "jeroen");
  const hanna = await Reader.at(server, "hanna");
  let step = 0;
  const shot = (reader: Reader, what: string) => {
    step += 1;
    return picture(reader.page, `story-${String(step).padStart(2, "0")}-${what}`);
  };
  const place = async (key: string) => (await server.as("hanna").to(BacklogService).getItem({ name: `products/one-shop/items/${key}` })).item?.place ?? 0;
  expect(await place("ONLINE-3")).toBeGreaterThan(await place("OFFLINE-2"));

  await hanna.page.goto("/products/one-shop/today");
  await settled(hanna.page);
  await shot(hanna, "today-before");

  // Jeroen raises it: two items, and both ways out.
  await jeroen.page.goto("/products/one-shop/escalations");
  await jeroen.page.getByRole("link", { name: "Raise an escalation" }).or(jeroen.page.getByRole("button", { name: "Raise an escalation" })).first().click();
  await jeroen.page.getByLabel("What has to be decided?").fill(TITLE);
  for (const key of ["ONLINE-3", "OFFLINE-2"]) {
    const field = jeroen.page.getByRole("combobox", { name: "Items that it is about" });
    await field.fill(key);
    await jeroen.page.getByRole("option", { name: key }).first().click();
  }
  await jeroen.page.getByRole("button", { name: /Offer both/ }).click();
  await jeroen.page.getByLabel("What the matter is").fill("Both were promised for November, and there is one team.");
  await shot(jeroen, "raise");
  await jeroen.page.getByRole("button", { name: "Raise it" }).click();
  await jeroen.page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
  await shot(jeroen, "raised");
  // Whose turn it is not sees why.
  expect(await jeroen.page.getByRole("button", { name: "Decide", exact: true }).count()).toBe(0);

  // Hanna's page of today has it, by itself, on top.
  const need = hanna.page.getByRole("listitem").filter({ hasText: TITLE }).first();
  await need.waitFor();
  await shot(hanna, "today");
  await need.getByRole("link", { name: /^Decide/ }).or(need.getByRole("button", { name: /^Decide/ })).first().click();
  await hanna.page.getByText(TITLE).first().waitFor();
  await hanna.page.getByRole("radio", { name: /ONLINE-3 first/ }).check();
  await hanna.page.getByLabel("Why?").fill("Collecting in stores keeps its date; a till can wait a week.");
  await shot(hanna, "decide");
  await hanna.page.getByRole("button", { name: "Decide, and do it" }).click();

  // Both see it, and the order is what was decided.
  await jeroen.page.getByRole("link", { name: /Decision 1/ }).first().waitFor();
  await shot(jeroen, "decided");
  expect(await place("ONLINE-3")).toBeLessThan(await place("OFFLINE-2"));
  await jeroen.page.goto("/products/one-shop/backlog?item=ONLINE-3");
  await jeroen.page.getByText("by decision 1").first().waitFor();
  await shot(jeroen, "why-here");

  // A move against it is allowed, and is told as not followed.
  await server.as("hanna").to(BacklogService).rankItem({ name: "products/one-shop/items/OFFLINE-2", place: { at: { case: "before", value: "products/one-shop/items/ONLINE-3" } } });
  await hanna.page.goto("/products/one-shop/decisions/1");
  await hanna.page.getByText(/not followed/i).first().waitFor();
  await shot(hanna, "not-followed");

  expect(jeroen.complaints).toEqual([]);
  expect(hanna.complaints).toEqual([]);
  await jeroen.close();
  await hanna.close();
}, 180_000);
