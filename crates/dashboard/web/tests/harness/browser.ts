/** Debian's Chromium, driven from outside: readers with their languages, lights and widths; pictures; what axe finds. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Name, Server } from "./server";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Where pictures are kept: below the folder that cargo builds to. */
const PICTURES = join(process.env["KOEPEL_TARGET"] ?? join(import.meta.dirname, "../../../../../target"), "dashboard");

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
  readonly language?: "en" | "da" | "nl";
  readonly touch?: boolean;
}

const LOCALES = { en: "en-GB", da: "da-DK", nl: "nl-NL" } as const;

let browser: Browser | undefined;

/** The one browser of a test file. */
export async function theBrowser(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: process.env["KOEPEL_CHROMIUM"] ?? "/usr/bin/chromium",
    // As root, Chromium starts without its sandbox only. What it is shown is our own.
    args: ["--no-sandbox"],
  });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** Somebody at a browser of their own. */
export class Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of: errors of scripts, and breaches of its policy. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
  }

  /** A reader who has signed in with a token, or nobody. */
  static async at(server: Server, name: Name | undefined, look: Look = {}): Promise<Reader> {
    const { width = 1280, height = 900, theme = "light", language = "en", touch = false } = look;
    const context = await (await theBrowser()).newContext({
      baseURL: server.url,
      viewport: { width, height },
      colorScheme: theme,
      locale: LOCALES[language],
      timezoneId: "Europe/Copenhagen",
      hasTouch: touch,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    const reader = new Reader(context, page);
    page.on("pageerror", (error) => reader.complaints.push(String(error)));
    page.on("console", (message) => {
      // A server that is away is told by the browser itself; what the page makes of it is looked at elsewhere.
      const text = message.text();
      if (message.type() === "error" && !/Failed to load resource|net::ERR_/.test(text)) reader.complaints.push(text);
    });
    if (name) {
      const secret = server.token(name);
      await context.addInitScript((token) => sessionStorage.setItem("koepel-token", token), secret);
    }
    return reader;
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Page> {
    return this.context.newPage();
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** A picture for people to look at; kept below `target/`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** What axe finds against WCAG 2.2 AA and its best practices, a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(what: Document, how: object): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const run = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return run.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`));
  });
}

/** By how many pixels the page is wider than the window. */
export async function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

/** Until the page shows what it is for, and waits for nothing any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[data-waiting]"));
}
