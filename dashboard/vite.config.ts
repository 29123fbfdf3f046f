import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const OUT = "../api/web/dist";

/** The API sends files as they lie there: compressed once here, and not with every request. */
function precompressed(): Plugin {
  return {
    name: "precompressed",
    apply: "build",
    closeBundle() {
      const folder = join(import.meta.dirname, OUT, "assets");
      for (const name of readdirSync(folder)) {
        const file = join(folder, name);
        if (!/\.(js|css|svg)$/.test(name) || statSync(file).size < 1024) continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  // Relative, and `<base href>` says to what: the page works below any prefix of a proxy.
  base: "./",
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  plugins: [react(), precompressed()],
  // How large it may become is held by tests/dashboard. Content is never inlined: a data: address of a script or style would be refused by the page's CSP.
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1_000,
    target: "es2022",
  },
  worker: { format: "es" },
  // `npm run dev` beside a running stack.
  server: {
    proxy: { "/api": "http://127.0.0.1:8000", "/healthz": "http://127.0.0.1:8000", "/readyz": "http://127.0.0.1:8000" },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
