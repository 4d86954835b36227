/** A real server with the demo products, in a folder of its own: started, stopped, killed, started again at the same address. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Client, type Transport } from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { until } from "./until";

/** People of the demo, by the files with their tokens. */
export type Name = "hanna" | "jeroen" | "mette" | "ruben" | "marijke" | "noor" | "admin";

/** The binary that `cargo xtask test` has built. */
function binary(): string {
  const path = process.env["KOEPEL_BIN"];
  if (!path) throw new Error("KOEPEL_BIN does not name the binary; run `cargo xtask test`");
  return path;
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class Server {
  readonly url: string;
  readonly #port: number;
  readonly folder: string;
  readonly #configuration: string;
  #process: ChildProcess | undefined;
  #said = "";

  private constructor(port: number) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), "koepel-dashboard-"));
    this.#configuration = `${this.folder}.toml`;
  }

  /** Starts `koepel demo`, with a configuration that may depend on its address. */
  static async start(configuration: (url: string) => Promise<string> = async () => ""): Promise<Server> {
    const port = await freePort();
    const server = new Server(port);
    writeFileSync(server.#configuration, await configuration(server.url));
    await server.again();
    return server;
  }

  /** Starts it (again), and waits until it is ready. */
  async again(): Promise<void> {
    const child = spawn(binary(), ["demo", "--listen", `127.0.0.1:${this.#port}`, "--data-dir", this.folder, "--config", this.#configuration], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#said = "";
    const hear = (bytes: Buffer) => {
      this.#said = (this.#said + bytes.toString()).slice(-20_000);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    await until(`the server at ${this.url}`, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.#said}`);
      // It says so when its products are there.
      return this.#said.includes("What to try");
    });
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it as a system that shuts down does. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Ends it, and takes its folder away. */
  async done(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.#configuration, { force: true });
  }

  /** What it has printed last. */
  get said(): string {
    return this.#said;
  }

  token(name: Name): string {
    const file = name === "admin" ? "admin.token" : `demo/${name}.token`;
    return readFileSync(join(this.folder, file), "utf8").trim();
  }

  /** The API, as somebody. */
  as(name: Name): Api {
    return this.withSecret(this.token(name));
  }

  withSecret(secret: string): Api {
    return new Api(
      createGrpcWebTransport({
        baseUrl: this.url,
        interceptors: [
          (next) => (request) => {
            request.header.set("authorization", `Bearer ${secret}`);
            return next(request);
          },
        ],
      }),
    );
  }
}

/** Calls of one person. */
export class Api {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  to<S extends DescService>(service: S): Client<S> {
    return createClient(service, this.#transport);
  }
}
