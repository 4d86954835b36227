/** The pictures of the README, of the demo products: `cargo xtask pictures`. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { Topic } from "../src/api/gen/koepel/v1/common_pb";
import { EscalationService } from "../src/api/gen/koepel/v1/escalation_pb";
import { closeBrowser, type Look, Reader, settled } from "./harness/browser";
import { type Name, Server } from "./harness/server";

const FOLDER = join(import.meta.dirname, "../../pictures");
const P = "products/one-shop";
const item = (key: string) => `${P}/items/${key}`;

let server: Server;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  server = await Server.start();
  // What an ordinary morning brings.
  const rank = (one: string, other: string) => ({ change: { case: "rank" as const, value: { item: item(one), place: { at: { case: "before" as const, value: item(other) } } } } });
  await server.as("jeroen").to(EscalationService).raiseEscalation({
    parent: P,
    topic: Topic.PRIORITY,
    title: "Tills or collecting in stores first?",
    text: "Both were promised for November, and the store team can do one.",
    items: [item("ONLINE-3"), item("OFFLINE-2")],
    options: [
      { title: "Tills first", changes: [rank("OFFLINE-2", "ONLINE-3")] },
      { title: "Collecting first", changes: [rank("ONLINE-3", "OFFLINE-2")] },
    ],
  });
});

afterAll(async () => {
  await closeBrowser();
  await server.done();
});

async function shot(file: string, name: Name, path: string, look: Look): Promise<void> {
  const reader = await Reader.at(server, name, look);
  await reader.page.goto(`/${path}`);
  await settled(reader.page);
  await reader.page.locator("header [role=status]").filter({ hasText: /Live/ }).first().waitFor({ state: "attached" });
  await reader.page.evaluate(() => document.fonts.ready.then(() => undefined));
  await reader.page.screenshot({ path: join(FOLDER, file) });
  await reader.close();
}

test("pictures", async () => {
  const wide = { width: 1360, height: 820 };
  await shot("today.png", "hanna", `${P}/today`, wide);
  await shot("backlog.png", "hanna", `${P}/backlog?beside=online&item=ONLINE-3`, wide);
  await shot("escalation-dark.png", "hanna", `${P}/escalations/1`, { ...wide, theme: "dark" });
  await shot("roadmap-danish.png", "mette", `${P}/roadmap`, { ...wide, language: "da" });
  await shot("telephone-dutch.png", "jeroen", `${P}/backlog`, { width: 390, height: 820, language: "nl", touch: true });
});
