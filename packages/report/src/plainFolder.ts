/** Turns a built site into a folder that opens anywhere: links become relative and name files, scripts need no server. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { TareaError } from "@tarea/core";

export interface PlainFolderOptions {
  /** The path that the site was built for, as Astro's `base`. Default `"/"`. */
  base?: string;
}

/** Comments, script and style bodies are passed over whole; then any opening tag with its attributes. */
const TOKEN =
  /<!--[\s\S]*?-->|(<(?:script|style)\b[^>]*>)[\s\S]*?<\/(?:script|style)\s*>|<[a-zA-Z][^\s/>]*(?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*\s*\/?>/g;
const LINK = /(\s(?:href|src|poster|xlink:href)\s*=\s*)(?:"([^"]*)"|'([^']*)')/g;
const MODULE_SCRIPT = /<script\s+type="module">([\s\S]*?)<\/script>/g;

/**
 * Rewrites every HTML file below `folder` in place.
 *
 * @returns the paths of the pages, relative to `folder` with forward slashes, sorted
 * @throws TareaError when a link of a page leads to no file, or a script would have to be loaded as a module
 */
export async function makePlainFolder(folder: string, options: PlainFolderOptions = {}): Promise<string[]> {
  const files = new Set(
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")),
  );
  const pages = [...files].filter((file) => file.endsWith(".html")).toSorted();
  for (const page of pages) {
    const path = join(folder, page);
    const html = await readFile(path, "utf8");
    await writeFile(path, classicScripts(relativeLinks(html, page, files, options.base ?? "/"), page));
  }
  return pages;
}

/** The page with every link from the site's root made relative to the page, directories completed to `index.html`. */
function relativeLinks(html: string, page: string, files: ReadonlySet<string>, base = "/"): string {
  const rewriteTag = (tag: string): string =>
    tag.replace(LINK, (whole, before: string, double: string | undefined, single: string | undefined) => {
      const rewritten = relativeLink(double ?? single ?? "", page, files, base);
      return rewritten === undefined ? whole : `${before}"${rewritten}"`;
    });
  return html.replace(TOKEN, (token, opening: string | undefined) => {
    if (token.startsWith("<!--")) return token;
    return opening === undefined ? rewriteTag(token) : rewriteTag(opening) + token.slice(opening.length);
  });
}

/** Inline module scripts become classic ones in a function of their own. Pages place them last, so the document is there. */
function classicScripts(html: string, page: string): string {
  if (/<script\b[^>]*\ssrc=/.test(html)) throw portabilityError(page, "a script is loaded from a file", "Inline it.");
  return html.replace(MODULE_SCRIPT, (_, code: string) => {
    if (/^\s*(?:import|export)\b(?!\s*\()/m.test(code)) throw portabilityError(page, "a script imports a module", "Inline it.");
    return `<script>(()=>{${code.trim()}})();</script>`;
  });
}

function relativeLink(link: string, page: string, files: ReadonlySet<string>, base: string): string | undefined {
  if (!link.startsWith("/") || link.startsWith("//")) return undefined;
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(link)!;
  const root = base.endsWith("/") ? base : `${base}/`;
  const below = `${path}/`.startsWith(root) ? path.slice(root.length) : path.slice(1);
  const wanted = decodeURIComponent(below);
  const candidates = [wanted, posix.join(wanted, "index.html"), `${wanted.replace(/\/$/, "")}.html`];
  const target = candidates.find((candidate) => files.has(candidate));
  if (target === undefined)
    throw portabilityError(page, `the link ${JSON.stringify(link)} leads to no file`, "Correct it in the page's source.");
  const way = posix.relative(posix.dirname(page), target) || posix.basename(target);
  return way.split("/").map(encodeURIComponent).join("/") + rest;
}

function portabilityError(page: string, problem: string, hint: string): TareaError {
  return new TareaError({ code: "report", where: `page ${page}`, problem, hint, file: page });
}
