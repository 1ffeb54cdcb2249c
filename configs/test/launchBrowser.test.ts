import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../browser/launchBrowser.ts";

const bundledRuns = process.platform === "linux" && process.arch === "x64";

describe.runIf(bundledRuns)("the bundled browser", () => {
  let folder: string;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tarea-browser-"));
    const page =
      '<!doctype html><html lang="en"><title>Test</title><body style="margin:0"><h1>Learning curves</h1><p id="t">Wiii</p></body></html>';
    await writeFile(join(folder, "page.html"), page);
    address = pathToFileURL(join(folder, "page.html")).href;
    browser = await launchBrowser({ browser: "bundled" });
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("draws text with a real font", async () => {
    const page = await browser.newPage({ viewport: { width: 400, height: 200 } });
    await page.goto(address);
    const darkPixels = await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d")!;
      context.font = "40px sans-serif";
      context.fillText("Wiii", 5, 60);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const inked = data.filter((value, i) => i % 4 === 3 && value > 128).length;
      return { inked, wide: context.measureText("W").width, narrow: context.measureText("i").width };
    });
    expect(darkPixels.inked).toBeGreaterThan(200);
    expect(darkPixels.wide).toBeGreaterThan(2 * darkPixels.narrow);
    expect((await page.screenshot()).subarray(1, 4).toString()).toBe("PNG");
    await page.close();
  });

  it("prints a tagged PDF", async () => {
    const page = await browser.newPage();
    await page.goto(address);
    const pdf = (await page.pdf({ tagged: true })).toString("latin1");
    expect(pdf.startsWith("%PDF-")).toBe(true);
    expect(pdf).toContain("/MarkInfo");
    expect(pdf).toContain("/StructTreeRoot");
    await page.close();
  });
});
