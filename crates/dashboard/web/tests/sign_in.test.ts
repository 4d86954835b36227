/** Signing in at an identity provider, in a browser: by an invitation, again, out, and what another site can do with it. */

import { createServer } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AdminService } from "../src/api/gen/koepel/v1/admin_pb";
import { closeBrowser, picture, Reader, settled } from "./harness/browser";
import { Provider } from "./harness/provider";
import { Server } from "./harness/server";

let server: Server;
let provider: Provider;

beforeAll(async () => {
  server = await Server.start(async (url) => {
    provider = await Provider.start(url);
    return provider.configuration(url);
  });
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
  provider.done();
});

test("whoever is invited signs in at the provider, comes back to where they were, and signs out", async () => {
  const hanna = (await server.as("hanna").to(AdminService).whoAmI({})).person?.name ?? "";
  const { url } = await server.as("admin").to(AdminService).invitePerson({ person: hanna });
  const reader = await Reader.at(server, undefined);
  const { page } = reader;
  await provider.knows(page, "hanna-at-work");
  await page.goto(url);
  // Before an account is bound, its holder is asked.
  await page.getByText("Hanna Visser").first().waitFor();
  await page.locator("form button").first().click();
  await page.waitForURL((at) => at.href.startsWith(server.url) && !at.pathname.startsWith("/auth"));
  await page.goto("/products/one-shop/roadmap");
  await settled(page);
  await page.getByRole("button", { name: /You: Hanna Visser/ }).waitFor();
  await page.locator("header [role=status]", { hasText: "Live" }).waitFor();
  // No script has what lets the reader in.
  expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(["", 0, 0]);

  // A page of another site does not sign anybody out, nor ask in their name.
  const evil = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<!doctype html><form method="post" action="${server.url}/auth/logout"><button>x</button></form>`);
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  const at = evil.address();
  if (at === null || typeof at === "string") throw new Error("no port");
  const other = await reader.tab();
  await other.goto(`http://127.0.0.1:${at.port}/`);
  await other.locator("button").click();
  await other.waitForLoadState();
  await page.reload();
  await page.getByRole("button", { name: /You: Hanna Visser/ }).waitFor();
  evil.close();

  // Out, and in again: back at the page that was asked for.
  await page.getByRole("button", { name: /You: Hanna Visser/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL((to) => !to.pathname.startsWith("/products"));
  await page.goto("/products/one-shop/decisions");
  await page.getByRole("link", { name: "Sign in with your organisation" }).click();
  await page.getByRole("heading", { level: 1, name: "Decisions" }).waitFor();
  await page.getByRole("button", { name: /You: Hanna Visser/ }).waitFor();
  expect(reader.complaints).toEqual([]);
  await reader.close();
});

test("an account that nobody was invited with is nobody, and is told so", async () => {
  const { page } = await Reader.at(server, undefined);
  await provider.knows(page, "a-stranger");
  await page.goto("/products/one-shop/today");
  await page.getByRole("link", { name: "Sign in with your organisation" }).click();
  await page.waitForURL(/\/auth\//);
  await page.locator("h1").waitFor();
  await picture(page, "sign-in-stranger");
  expect(await page.getByText("Lork & Daal").count()).toBe(0);
  await page.context().close();
});
