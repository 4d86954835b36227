import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Packs each file once, at the build, as tightly as it goes: the server hands out what is there. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    // When all is written: other plugins still change what is in a bundle before.
    async writeBundle({ dir = "dist" }, bundle) {
      for (const name of Object.keys(bundle)) {
        const bytes = await readFile(join(dir, name));
        // A font is packed already, and what is small is not worth a second file.
        if (name.endsWith(".woff2") || bytes.length < 1_000) continue;
        const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
        await writeFile(join(dir, `${name}.br`), brotli);
        await writeFile(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

const server = process.env["KOEPEL_URL"] ?? "http://127.0.0.1:7400";

export default defineConfig({
  base: "/",
  plugins: [react(), packed()],
  build: {
    target: "es2023",
    // Nothing in a page may be loaded from a `data:` address but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/koepel.v1.": server, "/auth": server, "/share": server } },
  test: {
    projects: [
      { extends: true, test: { name: "units", include: ["src/**/*.test.{ts,tsx}"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/**/*.test.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      // Not tests: what makes the pictures of the README, and what is measured.
      {
        extends: true,
        test: { name: "pictures", include: ["tests/pictures.ts"], environment: "node", testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: "measure", include: ["tests/measure.ts"], environment: "node", testTimeout: 1_800_000, hookTimeout: 600_000 },
      },
    ],
  },
});
