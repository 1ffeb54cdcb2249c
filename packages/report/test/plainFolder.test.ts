import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlainFolder } from "../src/index.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-plain-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function site(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const page = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

describe("a plain folder", () => {
  it("has relative links that name files, with queries and fragments kept", async () => {
    await site({
      "index.html": `<a href="/">home</a><a href="/lab/#results">lab</a><a href='/lab'>same</a>`,
      "lab/index.html": '<a href="/">up</a><img src="/lab/a%20b.png" alt=""><a href="/es/lab/?x=1">es</a>',
      "lab/a b.png": "",
      "es/lab/index.html": '<a href="/lab/">en</a>',
    });
    expect(await makePlainFolder(folder)).toEqual(["es/lab/index.html", "index.html", "lab/index.html"]);
    expect(await page("index.html")).toBe(
      '<a href="index.html">home</a><a href="lab/index.html#results">lab</a><a href="lab/index.html">same</a>',
    );
    expect(await page("lab/index.html")).toBe(
      '<a href="../index.html">up</a><img src="a%20b.png" alt=""><a href="../es/lab/index.html?x=1">es</a>',
    );
    expect(await page("es/lab/index.html")).toBe('<a href="../../lab/index.html">en</a>');
  });

  it("keeps fragments, addresses of other sites and data where they are", async () => {
    const html =
      '<a href="#a">a</a><a href="https://example.org/x">b</a><img src="data:image/png;base64,AA==" alt=""><a href="//example.org/">c</a>';
    await site({ "index.html": html });
    await makePlainFolder(folder);
    expect(await page("index.html")).toBe(html);
  });

  it("leaves text, comments, scripts and styles alone that only look like links", async () => {
    const html = `<!-- href="/none" --><p title='a > b'>href="/none"</p><script>const a = '<a href="/none">';</script><style>a::after{content:' href="/none"'}</style>`;
    await site({ "index.html": html });
    await makePlainFolder(folder);
    expect(await page("index.html")).toBe(html);
  });

  it("honours the base that the site was built for", async () => {
    await site({ "index.html": '<a href="/reports/lab/">lab</a><a href="/reports">home</a>', "lab/index.html": "" });
    await makePlainFolder(folder, { base: "/reports" });
    expect(await page("index.html")).toBe('<a href="lab/index.html">lab</a><a href="index.html">home</a>');
  });

  it("turns inline module scripts into classic ones", async () => {
    await site({ "index.html": '<script type="module">const exported = 1;\nimport("x");</script>' });
    await makePlainFolder(folder);
    expect(await page("index.html")).toBe('<script>(()=>{const exported = 1;\nimport("x");})();</script>');
  });

  it("refuses a link that leads nowhere and names the page and the link", async () => {
    await site({ "lab/index.html": '<a href="/lba/">x</a>' });
    await expect(makePlainFolder(folder)).rejects.toThrow('page lab/index.html: the link "/lba/" leads to no file');
  });

  it.each(['<script type="module" src="/a.js"></script>', '<script type="module">import a from "./b.js";</script>'])(
    "refuses %s",
    async (script) => {
      await site({ "index.html": script, "a.js": "" });
      await expect(makePlainFolder(folder)).rejects.toThrow(/page index.html: a script/);
    },
  );
});
