/** Unpacks the Chromium that the npm package `@sparticuz/chromium` carries, with the libraries and a font that a bare machine lacks. */

import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { cacheFolder, temporaryPathFor, withLock } from "@tarea/files";
import { extract } from "tar";

export interface BundledBrowser {
  readonly executable: string;
  /** Variables that the browser's process needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** The bundled browser, unpacked into the cache folder the first time it is asked for. Runs on Linux x64 only. */
export async function bundledBrowser(): Promise<BundledBrowser> {
  const archives = fileURLToPath(new URL("../bin/", import.meta.resolve("@sparticuz/chromium")));
  const manifest = JSON.parse(await readFile(join(archives, "..", "package.json"), "utf8")) as { version: string };
  const folder = join(cacheFolder(), `chromium-${manifest.version}`);
  if (!existsSync(folder)) {
    await withLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await unpack(archives, folder);
    });
  }
  return {
    executable: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: join(folder, "libraries", "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

/** Unpacks aside and renames, so that the folder is there whole or not at all. */
async function unpack(archives: string, folder: string): Promise<void> {
  const aside = temporaryPathFor(folder);
  const libraries = join(aside, "libraries");
  const fonts = join(aside, "fonts");
  try {
    for (const part of [libraries, fonts]) await mkdir(part, { recursive: true });
    await Promise.all([
      decompress(join(archives, "chromium.br"), createWriteStream(join(aside, "chromium"), { mode: 0o755 })),
      decompress(join(archives, "al2023.tar.br"), extract({ cwd: libraries })),
      decompress(join(archives, "fonts.tar.br"), extract({ cwd: fonts })),
    ]);
    await writeFile(join(aside, "fonts.conf"), fontConfiguration(folder));
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function decompress(archive: string, target: NodeJS.WritableStream): Promise<void> {
  await pipeline(createReadStream(archive), createBrotliDecompress(), target);
}

/** The machine's own fonts first; the bundled one is what text is drawn with where there is no other. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
}
