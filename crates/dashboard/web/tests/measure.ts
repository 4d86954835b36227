/**
 * What the dashboard costs, measured in Chromium against the binary that KOEPEL_BIN names: `cargo xtask web --measure`. Not a test:
 * nothing is expected of a figure but that it is printed, and written to `target/bench/dashboard.json`.
 */

import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { AdminService } from "../src/api/gen/koepel/v1/admin_pb";
import { BacklogService } from "../src/api/gen/koepel/v1/backlog_pb";
import { Edge, ItemKind, Role } from "../src/api/gen/koepel/v1/common_pb";
import { ProductService } from "../src/api/gen/koepel/v1/product_pb";
import { closeBrowser, Reader } from "./harness/browser";
import { Server } from "./harness/server";
import { until } from "./harness/until";

const ITEMS = Number(process.env["KOEPEL_ITEMS"] ?? 10_000);
const LIVE_MINUTES = Number(process.env["KOEPEL_LIVE_MINUTES"] ?? 2);
const ROUNDS = 10;
const P = "products/big";
const TARGET = process.env["KOEPEL_TARGET"] ?? join(import.meta.dirname, "../../../../target");

let server: Server;
const figures: Record<string, unknown> = { items: ITEMS };

function told(name: string, value: unknown): void {
  figures[name] = value;
  process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);
}

function spread(values: readonly number[]): { n: number; p50: number; p95: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

beforeAll(async () => {
  server = await Server.start();
  const admin = server.as("admin");
  const hanna = (await server.as("hanna").to(AdminService).whoAmI({})).person?.name ?? "";
  await admin.to(ProductService).createProduct({ productId: "big", displayName: "A big product", chiefPo: hanna });
  const domains = ["north", "east", "south", "west"];
  for (const domainId of domains) await admin.to(ProductService).createDomain({ parent: P, domainId, displayName: domainId });
  await admin.to(ProductService).grantRole({ product: P, person: (await server.as("jeroen").to(AdminService).whoAmI({})).person?.name ?? "", role: Role.DOMAIN_PO, domain: `${P}/domains/north` });
  const backlog = server.as("hanna").to(BacklogService);
  let made = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (made < ITEMS) {
        made += 1;
        const number = made;
        await backlog.createItem({ parent: `${P}/domains/${domains[number % 4]}`, item: { title: `Item ${number} with a title of some length, as titles are`, kind: ItemKind.STORY, estimate: number % 13 } });
      }
    }),
  );
});

afterAll(async () => {
  mkdirSync(join(TARGET, "bench"), { recursive: true });
  writeFileSync(join(TARGET, "bench/dashboard.json"), `${JSON.stringify(figures, null, 2)}\n`);
  await closeBrowser();
  await server.done();
});

/** Says when the first row of a backlog was painted, in milliseconds since the navigation began. */
const WATCH_FIRST_ROW = () => {
  const seen = () => document.querySelector("[role=grid] [role=row][data-index] a");
  const look = () => {
    if (!seen()) {
      requestAnimationFrame(look);
      return;
    }
    // Once that frame is painted.
    requestAnimationFrame(() => {
      (globalThis as { firstRow?: number }).firstRow = performance.now();
    });
  };
  addEventListener("DOMContentLoaded", () => requestAnimationFrame(look));
};

const firstRow = async (page: Page) => {
  await page.waitForFunction(() => (globalThis as { firstRow?: number }).firstRow !== undefined);
  return page.evaluate(() => (globalThis as { firstRow?: number }).firstRow ?? 0);
};

test("bundle", () => {
  const folder = join(import.meta.dirname, "../dist/assets");
  const sizes = readdirSync(folder)
    .filter((name) => /\.(js|css|woff2)$/.test(name))
    .map((name) => {
      const packed = `${join(folder, name)}.br`;
      const bytes = statSync(join(folder, name)).size;
      let brotli = bytes;
      try {
        brotli = statSync(packed).size;
      } catch {
        // Small files and fonts go as they are.
      }
      return { name: name.replace(/-[\w-]{8}\./, "."), bytes, brotli };
    })
    .toSorted((a, b) => b.brotli - a.brotli);
  told("bundle.files", sizes);
  told("bundle.together", { files: sizes.length, bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0), brotli: sizes.reduce((sum, { brotli }) => sum + brotli, 0) });
});

test("P12: first paint", async () => {
  for (const kept of [false, true]) {
    const times: number[] = [];
    let reader = await Reader.at(server, "hanna");
    await reader.context.addInitScript(WATCH_FIRST_ROW);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (!kept) {
        await reader.close();
        reader = await Reader.at(server, "hanna");
        await reader.context.addInitScript(WATCH_FIRST_ROW);
      }
      await reader.page.goto(`/${P}/backlog`);
      const time = await firstRow(reader.page);
      // The first one with files at hand brings them.
      if (!kept || round > 0) times.push(time);
    }
    await reader.close();
    told(`P12.first_row_ms.${kept ? "files_at_hand" : "nothing_at_hand"}`, spread(times));
  }
});

test("P12: a change seen in another browser", async () => {
  const reader = await Reader.at(server, "jeroen");
  const page = reader.page;
  await page.goto(`/${P}/backlog`);
  await page.locator("[role=grid] [role=row] a").first().waitFor();
  await page.locator("header [role=status]", { hasText: "Live" }).waitFor();
  const backlog = server.as("hanna").to(BacklogService);
  const acknowledged: number[] = [];
  const sent: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    const key = `NORTH-${100 + round}`;
    await page.evaluate((key) => {
      const seen = () => [...document.querySelectorAll("[role=grid]:first-of-type [role=row][data-index='0'] a")].some((link) => link.textContent === key);
      const shown = globalThis as { shownAt?: number | undefined };
      shown.shownAt = undefined;
      const look = () => {
        if (seen()) requestAnimationFrame(() => (shown.shownAt = performance.timeOrigin + performance.now()));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, key);
    const begun = performance.timeOrigin + performance.now();
    await backlog.rankItem({ name: `${P}/items/${key}`, place: { at: { case: "edge", value: Edge.TOP } } });
    const done = performance.timeOrigin + performance.now();
    await page.waitForFunction(() => (globalThis as { shownAt?: number }).shownAt !== undefined);
    const shownAt = await page.evaluate(() => (globalThis as { shownAt?: number }).shownAt ?? 0);
    acknowledged.push(shownAt - done);
    sent.push(shownAt - begun);
    // Longer than pages wait between two looks at a busy product.
    await page.waitForTimeout(300);
  }
  told("P12.seen_elsewhere_ms.since_acknowledged", spread(acknowledged));
  told("P12.seen_elsewhere_ms.since_sent", spread(sent));
  await reader.close();
});

const RECORD_FRAMES = () => {
  const frames = globalThis as { deltas?: number[]; stopFrames?: boolean };
  frames.deltas = [];
  frames.stopFrames = false;
  let last = performance.now();
  const next = (now: number) => {
    frames.deltas?.push(now - last);
    last = now;
    if (!frames.stopFrames) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
};

const frameTimes = (page: Page) =>
  page.evaluate(() => {
    const frames = globalThis as { deltas?: number[]; stopFrames?: boolean };
    frames.stopFrames = true;
    return (frames.deltas ?? []).slice(1);
  });

async function mainThread(session: CDPSession): Promise<{ task: number; script: number; heapMiB: number; nodes: number }> {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { task: of("TaskDuration"), script: of("ScriptDuration"), heapMiB: Math.round((of("JSHeapUsedSize") / 1_048_576) * 10) / 10, nodes: of("Nodes") };
}

test("frames while scrolling and dragging", async () => {
  const reader = await Reader.at(server, "hanna");
  const page = reader.page;
  await page.goto(`/${P}/backlog?beside=-`);
  await page.locator("[role=grid] [role=row] a").first().waitFor();
  const list = page.getByRole("grid").first();
  const box = await list.boundingBox();
  if (!box) throw new Error("no list");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(RECORD_FRAMES);
  const steps = 300;
  const height = await list.evaluate((grid) => (grid.scrollHeight > grid.clientHeight ? grid : (grid.parentElement ?? grid)).scrollHeight);
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, height / steps);
    await page.waitForTimeout(8);
  }
  told("scroll.frame_ms", spread(await frameTimes(page)));
  told("scroll.height_px", height);

  await page.goto(`/${P}/backlog?beside=-`);
  await page.locator("[role=grid] [role=row] a").first().waitFor();
  const row = await page.locator("[role=grid] [role=row][data-index='3']").first().boundingBox();
  if (!row) throw new Error("no row");
  await page.mouse.move(row.x + 14, row.y + row.height / 2);
  await page.mouse.down();
  await page.mouse.move(row.x + 20, row.y + row.height, { steps: 3 });
  await page.evaluate(RECORD_FRAMES);
  for (let step = 0; step < 40; step += 1) await page.mouse.move(row.x + 60, row.y + 40 + ((step * 37) % 500), { steps: 4 });
  // At the lower edge it scrolls by itself.
  await page.mouse.move(row.x + 60, box.y + box.height - 6, { steps: 10 });
  await page.waitForTimeout(4_000);
  told("drag.frame_ms", spread(await frameTimes(page)));
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await reader.close();
});

test("a thousand changes a minute", async () => {
  const reader = await Reader.at(server, "jeroen");
  const page = reader.page;
  await page.goto(`/${P}/backlog`);
  await page.locator("[role=grid] [role=row] a").first().waitFor();
  await page.locator("header [role=status]", { hasText: "Live" }).waitFor();
  const session = await reader.context.newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const before = await mainThread(session);
  await page.evaluate(RECORD_FRAMES);
  const backlog = server.as("hanna").to(BacklogService);
  const total = 1_000 * LIVE_MINUTES;
  const began = performance.now();
  let changed = 0;
  let lastSlot = 0;
  await until("all changes", async () => {
    const due = Math.floor((performance.now() - began) / 60);
    while (changed < Math.min(due, total)) {
      changed += 1;
      const name = `${P}/items/${["NORTH", "EAST", "SOUTH", "WEST"][changed % 4]}-${1 + ((changed * 7) % 2_000)}`;
      await backlog.rankItem({ name, place: { at: { case: "edge", value: changed % 2 ? Edge.TOP : Edge.BOTTOM } } });
    }
    lastSlot = due;
    return changed >= total;
  }, 60_000 * LIVE_MINUTES + 60_000);
  const seconds = (performance.now() - began) / 1_000;
  const frames = await frameTimes(page);
  const after = await mainThread(session);
  await session.send("HeapProfiler.collectGarbage");
  const settled = await mainThread(session);
  told("live", {
    changes: changed,
    slots: lastSlot,
    seconds: Math.round(seconds),
    main_thread_share: Math.round(((after.task - before.task) / seconds) * 1_000) / 1_000,
    script_share: Math.round(((after.script - before.script) / seconds) * 1_000) / 1_000,
    heap_mib: { before: before.heapMiB, during: after.heapMiB, after_collection: settled.heapMiB },
    nodes: { before: before.nodes, after: settled.nodes },
    frame_ms: spread(frames),
  });
  await reader.close();
});
