/** What a page may do, and what others may make it do: its policy, text that looks like a script, addresses that lead elsewhere. */

import { createServer } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { DirectoryService } from "../src/api/gen/koepel/v1/directory_pb";
import { ItemKind, Topic } from "../src/api/gen/koepel/v1/common_pb";
import { EscalationService } from "../src/api/gen/koepel/v1/escalation_pb";
import { ProductService } from "../src/api/gen/koepel/v1/product_pb";
import { RoadmapService, Horizon } from "../src/api/gen/koepel/v1/roadmap_pb";
import { closeBrowser, Reader, settled } from "./harness/browser";
import { Server } from "./harness/server";

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

test("a page runs its own scripts alone, in no frame, and tells its address to nobody", async () => {
  const answer = await fetch(`${server.url}/products/one-shop/today`, { headers: { accept: "text/html" } });
  expect(answer.status).toBe(200);
  const policy = answer.headers.get("content-security-policy") ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("referrer-policy")).toBe("same-origin");
  const html = await answer.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/\son[a-z]+=|style=/);
});

test("files are kept for ever by their names, the page is asked for each time", async () => {
  const page = await fetch(`${server.url}/`, { headers: { accept: "text/html" } });
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? "";
  const file = await fetch(`${server.url}${script}`, { headers: { "accept-encoding": "br" } });
  expect(file.headers.get("cache-control")).toContain("immutable");
  expect(file.headers.get("content-encoding")).toBe("br");
  const again = await fetch(`${server.url}/`, { headers: { accept: "text/html", "if-none-match": page.headers.get("etag") ?? "" } });
  expect(again.status).toBe(304);
});

const NASTY = `"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>{{7*7}}javascript:window.pwned=1`;

test("a text that looks like a script is a text, wherever it is shown", async () => {
  const hanna = server.as("hanna");
  const backlog = hanna.to(BacklogService);
  const { item } = await backlog.createItem({
    parent: "products/one-shop/domains/online",
    item: {
      title: NASTY,
      text: `${NASTY}\n[a link](javascript:window.pwned=1) <a href="javascript:window.pwned=1">x</a>`,
      kind: ItemKind.STORY,
      labels: [NASTY.slice(0, 60)],
      sourceLinks: ["https://example.org/1?x=%22onerror%3D1"],
    },
    reason: NASTY,
  });
  const name = item?.name ?? "";
  await backlog.requestDomain({ name, domain: "products/one-shop/domains/backoffice", ask: NASTY });
  await backlog.pinItem({ name, reason: NASTY });
  const { escalation } = await hanna.to(EscalationService).raiseEscalation({
    parent: "products/one-shop",
    topic: Topic.PRIORITY,
    title: NASTY,
    text: NASTY,
    items: [name],
    options: [{ title: NASTY, changes: [{ change: { case: "unpin", value: name } }] }],
  });
  const { entry } = await hanna.to(RoadmapService).createRoadmapEntry({
    parent: "products/one-shop/domains/online",
    entry: { title: NASTY, aim: NASTY, release: NASTY.slice(0, 60), when: { at: { case: "horizon", value: Horizon.NEXT } }, items: [name] },
  });
  await hanna.to(ProductService).updateDomain({
    domain: { name: "products/one-shop/domains/offline", displayName: NASTY.slice(0, 118), summary: NASTY },
    updateMask: { paths: ["display_name", "summary"] },
  });
  await hanna.to(DirectoryService).findOwner({ parent: "products/one-shop", what: { case: "question", value: NASTY } });

  const reader = await Reader.at(server, "hanna");
  const pages = [
    `/${name}`,
    "/products/one-shop/today",
    `/products/one-shop/backlog?item=${name.split("/").pop()}&q=${encodeURIComponent(NASTY)}`,
    "/products/one-shop/backlog",
    "/products/one-shop/roadmap",
    `/${entry?.name}`,
    "/products/one-shop/escalations",
    `/${escalation?.name}`,
    "/products/one-shop/decisions",
    "/products/one-shop/changes?from=1",
    `/products/one-shop/directory?q=${encodeURIComponent(NASTY)}`,
    "/products/one-shop/administration/domains",
    "/products/one-shop/administration/deliveries",
    "/products/one-shop/backlog?as_of=%3Cscript%3E&beside=%22%3E%3Cimg%20src=x%20onerror=window.pwned=1%3E",
  ];
  for (const page of pages) {
    await reader.page.goto(page);
    await settled(reader.page);
    expect(await reader.page.evaluate(() => (globalThis as { pwned?: number }).pwned), page).toBeUndefined();
    expect(await reader.page.locator("main img[src=x], main a[href^='javascript:']").count(), page).toBe(0);
  }
  expect(reader.complaints).toEqual([]);
  await reader.close();
}, 120_000);

test("an offered token is used when its reader says so, and does not stay in the address", async () => {
  const reader = await Reader.at(server, undefined);
  await reader.page.goto(`/products/one-shop/today#token=${server.token("jeroen")}`);
  const enter = reader.page.getByRole("button", { name: /Sign in as Jeroen/ });
  await enter.waitFor();
  expect(reader.page.url()).not.toContain("koepel_");
  expect(await reader.page.evaluate(() => sessionStorage.getItem("koepel-token"))).toBeNull();
  await enter.click();
  await reader.page.getByRole("heading", { level: 1 }).waitFor();
  expect(reader.page.url()).toBe(`${server.url}/products/one-shop/today`);
  await reader.close();
});

test("a page of another site can neither read nor write with what a reader has", async () => {
  const evil = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end("<!doctype html><title>elsewhere</title>");
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  const address = evil.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const reader = await Reader.at(server, "hanna");
  await reader.page.goto("/products/one-shop/today");
  const other = await reader.tab();
  await other.goto(`http://127.0.0.1:${address.port}/`);
  const outcome = await other.evaluate(async (url) => {
    const ask = (init: RequestInit) => fetch(`${url}/koepel.v1.BacklogService/RankItem`, { method: "POST", credentials: "include", body: "", ...init }).then(
      (answer) => `${answer.type} ${answer.status} ${answer.headers.get("grpc-status") ?? ""}`,
      () => "refused",
    );
    return [await ask({ headers: { "content-type": "application/grpc-web+proto" } }), await ask({ mode: "no-cors" })];
  }, server.url);
  expect(outcome[0]).toBe("refused");
  // What a form could send is no call.
  expect(outcome[1]).toMatch(/^opaque/);
  await other.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    const loaded = new Promise((done) => frame.addEventListener("load", done));
    document.body.append(frame);
    return loaded.then(() => undefined);
  }, `${server.url}/products/one-shop/today`);
  const inFrame = other.frames().find((frame) => frame.url().startsWith(server.url));
  expect((await inFrame?.locator("main").count()) ?? 0).toBe(0);
  await reader.close();
  evil.close();
});
