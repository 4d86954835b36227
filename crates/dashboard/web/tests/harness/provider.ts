/** A real identity provider, as the tests of the server have it: whoever `login_hint` names is logged in without a form. */

import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { until } from "./until";

const ROOT = join(import.meta.dirname, "../../../../..");

/** The folder with its packages: where `cargo xtask test` puts them. */
function packages(): string {
  const folder = join(process.env["KOEPEL_PROVIDER"] ?? join(ROOT, "target/tools/provider"), "node_modules");
  if (!existsSync(join(folder, "oidc-provider"))) throw new Error("oidc-provider is not here; `cargo xtask test` installs it, or KOEPEL_PROVIDER names its folder");
  return folder;
}

export class Provider {
  readonly #process: ChildProcess;
  readonly #folder: string;
  #said = "";

  private constructor(url: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "koepel-provider-"));
    copyFileSync(join(ROOT, "tests/provider/provider.mjs"), join(this.#folder, "provider.mjs"));
    symlinkSync(packages(), join(this.#folder, "node_modules"));
    this.#process = spawn("node", [join(this.#folder, "provider.mjs"), "0", `${url}/auth/callback`, "", "https://api.koepel.test"], { stdio: ["ignore", "pipe", "pipe"] });
    const hear = (bytes: Buffer) => {
      this.#said += bytes.toString();
    };
    this.#process.stdout?.on("data", hear);
    this.#process.stderr?.on("data", hear);
  }

  /** Starts one for a server at this address. */
  static async start(url: string): Promise<Provider> {
    const provider = new Provider(url);
    await until("the provider", () => {
      if (provider.#process.exitCode !== null) throw new Error(provider.#said);
      return provider.#said.includes("provider at ");
    });
    return provider;
  }

  get issuer(): string {
    return /provider at (\S+)/.exec(this.#said)?.[1] ?? "";
  }

  /** What the server has to know of it. */
  configuration(url: string): string {
    return `[oidc]\nissuer = "${this.issuer}"\nclient_id = "koepel"\npublic_url = "${url}"\n`;
  }

  /** From now on, this page logs in as somebody when the server sends it here. */
  async knows(page: Page, who: string): Promise<void> {
    await page.route(/\/auth\/(login|invite\/)/, async (route) => {
      // Only the first request of a chain can be looked at; the server's answer to it names us.
      const response = await route.fetch({ maxRedirects: 0 });
      const headers = response.headers();
      const to = new URL(headers["location"] ?? "", route.request().url());
      if (to.origin === this.issuer) to.searchParams.set("login_hint", who);
      await route.fulfill({ response, headers: { ...headers, location: to.href } });
    });
  }

  done(): void {
    this.#process.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
