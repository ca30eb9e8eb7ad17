// How the dashboard is built, served during development and tested.
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative addresses: the dashboard must also work behind a proxy that serves it under a path.
  base: "./",
  build: {
    target: "es2022",
    // A data: address would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: {
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    css: true, // a test reads the colours of the style sheet
    testTimeout: 120_000, // of tests that take well under a second on an idle machine
  },
});
