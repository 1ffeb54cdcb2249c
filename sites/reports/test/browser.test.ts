/** The built pages in Chromium, opened as files: accessibility, width, errors, requests, scripts off, paper. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "@tarea/configs/browser";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite, type BuiltSite } from "./builtSite.js";

const PAGES = ["index.html", "lab-2-mnist/index.html", "es/lab-2-mnist/index.html"];

let site: BuiltSite;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([buildSite(), launchBrowser()]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await site?.remove();
});

/** Opens a page as a file and returns what `look` makes of it, with everything that went wrong meanwhile. */
async function open<T>(
  name: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<T>,
): Promise<{ result: T; faults: string[]; requests: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => !request.url().startsWith("data:") && requests.push(request.url()));
  const url = pathToFileURL(join(site.folder, name)).href;
  await page.goto(url);
  const result = await look(page);
  await context.close();
  return { result, faults, requests: requests.filter((request) => request !== url) };
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<Violation[]>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
  );
}

describe.each(PAGES)("%s from a file", (name) => {
  it.each(["light", "dark"] as const)(
    "breaks no accessibility rule in %s, logs nothing and asks for nothing else",
    async (colorScheme) => {
      const { result, faults, requests } = await open(name, { colorScheme, viewport: { width: 1280, height: 900 } }, violations);
      expect(result).toEqual([]);
      expect(faults).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  it.each([320, 360, 768, 1100])("does not scroll sideways at %i pixels", async (width) => {
    const { result } = await open(name, { viewport: { width, height: 780 } }, (page) =>
      page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    );
    expect(result).toBe(0);
  });
});

describe("the report in the browser", () => {
  const report = PAGES[1]!;

  it("reads the same with JavaScript off", async () => {
    const text = async (page: Page): Promise<string | null> =>
      page
        .locator("main figcaption, main p, main table")
        .allTextContents()
        .then((parts) => parts.join("\n"));
    const plain = await open(report, { javaScriptEnabled: false }, text);
    const scripted = await open(report, {}, text);
    expect(plain.result!.length).toBeGreaterThan(5000);
    expect(scripted.result).toContain(plain.result!.slice(0, 500));
  });

  it("answers the arrow keys on a curve", async () => {
    const { result } = await open(report, {}, async (page) => {
      await page.locator(".panel .tarea-chart-box").first().focus();
      await page.keyboard.press("ArrowRight");
      return page.locator(".panel .tarea-chart-tip").first().isVisible();
    });
    expect(result).toBe(true);
  });

  it("starts keyboard reading with the link past the header", async () => {
    const { result } = await open(report, {}, async (page) => {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate<string>("document.activeElement.className");
      await page.keyboard.press("Enter");
      return [focused, await page.evaluate<string>("document.activeElement.id")];
    });
    expect(result).toEqual(["skip", "report"]);
  });

  it("prints light on white in dark mode, with the folded numbers and the header left out", async () => {
    const { result } = await open(report, { colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      return page.evaluate<string[]>(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.site')).display, getComputedStyle(document.querySelector('details.data')).display]",
      );
    });
    expect(result).toEqual(["rgb(255, 255, 255)", "none", "none"]);
  });

  it("makes a tagged PDF of A4 pages", async () => {
    const { result } = await open(report, {}, (page) => page.pdf({ preferCSSPageSize: true, tagged: true }));
    const text = result.toString("latin1");
    expect(text).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    expect(text).toContain("/StructTreeRoot");
  });
});
