import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "sites/*/test/**/*.test.ts", "configs/test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
