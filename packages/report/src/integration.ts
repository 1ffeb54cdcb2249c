/** The Astro integration: MDX, languages, settings that give plain pages, and the last pass that makes the folder open anywhere. */

import { fileURLToPath } from "node:url";
import mdx from "@astrojs/mdx";
import type { AstroIntegration } from "astro";
import { makePlainFolder } from "./plainFolder.js";
import { chooseRunsFolder } from "./runsFolder.js";
import { LOCALES } from "./strings.js";

export interface TareaReportOptions {
  /** Folder of run records, relative to the site's root. Default `"./runs"`; the environment's `TAREA_RUNS_DIR` comes first. */
  runs?: string | undefined;
}

/**
 * Everything a report site needs, as one integration.
 *
 * @example
 * export default defineConfig({ integrations: [tareaReport({ runs: "./runs" })] });
 */
export function tareaReport(options: TareaReportOptions = {}): AstroIntegration {
  // A report is built from the files at hand: the build announces itself to no server.
  process.env["ASTRO_TELEMETRY_DISABLED"] = "1";
  let base = "/";
  return {
    name: "@tarea/report",
    hooks: {
      "astro:config:setup": ({ config, updateConfig }) => {
        chooseRunsFolder(fileURLToPath(config.root), "configured", options.runs);
        updateConfig({
          integrations: config.integrations.some(({ name }) => name === "@astrojs/mdx") ? [] : [mdx()],
          i18n: {
            locales: [...LOCALES],
            defaultLocale: LOCALES[0],
            routing: { prefixDefaultLocale: false, redirectToDefaultLocale: false, fallbackType: "redirect" },
          },
          trailingSlash: "ignore",
          build: { format: "directory", inlineStylesheets: "always" },
          markdown: {
            shikiConfig: {
              themes: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
              defaultColor: false,
            },
          },
          devToolbar: { enabled: false },
          vite: {
            build: { assetsInlineLimit: Number.MAX_SAFE_INTEGER },
            ssr: { noExternal: ["@tarea/report"] },
          },
        });
      },
      "astro:config:done": ({ config }) => {
        base = config.base;
      },
      "astro:build:done": async ({ dir, logger }) => {
        const pages = await makePlainFolder(fileURLToPath(dir), { base });
        logger.info(`${pages.length} pages that open from any folder`);
      },
    },
  };
}
