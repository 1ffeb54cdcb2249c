/** Starts the browser that tests and screenshots use: the machine's own, else the bundled one. */

import { type Browser, chromium } from "playwright-core";
import { bundledBrowser } from "./bundledBrowser.ts";
import { machineBrowser } from "./machineBrowser.ts";

export const browserFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

export interface LaunchBrowserOptions {
  /**
   * `"machine"` or `"bundled"` for that one alone, the path of an executable, or `"auto"`: the machine's if there is one, else
   * the bundled one. Default: the environment variable `TAREA_BROWSER`, else `"auto"`.
   */
  readonly browser?: string;
}

/** A headless Chromium; the caller closes it. @throws when none can be had, with what was looked for */
export async function launchBrowser({
  browser = process.env["TAREA_BROWSER"] || "auto",
}: LaunchBrowserOptions = {}): Promise<Browser> {
  const { executable, env } = await findBrowser(browser);
  return chromium.launch({ executablePath: executable, args: [...browserFlags], env: { ...process.env, ...env } });
}

async function findBrowser(browser: string): Promise<{ executable: string; env: Readonly<Record<string, string>> }> {
  if (browser !== "auto" && browser !== "bundled" && browser !== "machine") return { executable: browser, env: {} };
  const executable = browser === "bundled" ? undefined : machineBrowser();
  if (executable !== undefined) return { executable, env: {} };
  if (browser !== "machine" && process.platform === "linux" && process.arch === "x64") return bundledBrowser();
  const bundled = browser === "machine" ? "" : ", and the bundled Chromium runs on Linux x64 only";
  throw new Error(`No Chrome or Chromium was found on this machine${bundled}. Install one, or set TAREA_BROWSER to its path.`);
}
