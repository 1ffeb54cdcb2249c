/** Takes pictures of a page as readers meet it: `node configs/scripts/screenshots.ts <address or file> <folder> [name]`. */

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchBrowser } from "../browser/launchBrowser.ts";

interface View {
  readonly name: string;
  readonly context: BrowserContextOptions;
  readonly media?: "print";
}

const wide = { width: 1280, height: 900 };
const views: readonly View[] = [
  { name: "wide", context: { viewport: wide, colorScheme: "light" } },
  { name: "phone", context: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } },
  { name: "dark", context: { viewport: wide, colorScheme: "dark" } },
  { name: "print", context: { viewport: { width: 794, height: 1123 } }, media: "print" },
  { name: "no-javascript", context: { viewport: wide, javaScriptEnabled: false } },
];

/** Writes `<name>-<view>.png` for every view and the printed pages as `<name>.pdf`; returns what the page complained about. */
export async function takeScreenshots(browser: Browser, address: string, folder: string, name: string): Promise<string[]> {
  const complaints: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const view of views) {
    const context = await browser.newContext(view.context);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(`${view.name}: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`${view.name}: ${error.message}`));
    page.on("requestfailed", (request) =>
      complaints.push(`${view.name}: ${request.url()} ${request.failure()?.errorText ?? ""}`),
    );
    await page.goto(address, { waitUntil: "networkidle" });
    if (view.media) {
      await page.emulateMedia({ media: view.media });
      await page.pdf({
        path: join(folder, `${name}.pdf`),
        tagged: true,
        outline: true,
        preferCSSPageSize: true,
        printBackground: true,
      });
    }
    const overflow = await widerThanWindow(page, view);
    if (overflow > 0) complaints.push(`${view.name}: the page is ${overflow} px wider than the window`);
    await page.screenshot({ path: join(folder, `${name}-${view.name}.png`), fullPage: true, animations: "disabled" });
    await context.close();
  }
  return complaints;
}

async function widerThanWindow(page: Awaited<ReturnType<Browser["newPage"]>>, { context }: View): Promise<number> {
  if (context.javaScriptEnabled === false) return 0;
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

if (import.meta.main) {
  const [source, folder, name] = process.argv.slice(2);
  if (source === undefined || folder === undefined) {
    process.stderr.write("Usage: pnpm screenshots <address or file> <output folder> [name]\n");
    process.exit(2);
  }
  const address = existsSync(source) ? pathToFileURL(resolve(source)).href : source;
  const browser = await launchBrowser();
  try {
    const complaints = await takeScreenshots(
      browser,
      address,
      folder,
      name ?? (basename(new URL(address).pathname, ".html") || "page"),
    );
    for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  } finally {
    await browser.close();
  }
}
