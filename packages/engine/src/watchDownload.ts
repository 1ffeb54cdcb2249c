/** Progress of a download by another program: pip tells none when its output is not a terminal, but the file that it writes grows. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const WATCH_MILLISECONDS = 1000;

/** Logs a line now and one for every tenth of `sizeBytes` that has arrived below `folder`. Returns what ends the watch. */
export function watchDownload(folder: string, sizeBytes: number, log: (line: string) => void): () => void {
  const megabytes = `${Math.round(sizeBytes / 1e6)} MB`;
  log(`wheel: downloading ${megabytes} with pip`);
  let told = 0;
  const look = async () => {
    const tenths = Math.min(9, Math.floor((10 * (await folderSize(folder))) / sizeBytes));
    if (tenths <= told) return;
    told = tenths;
    log(`wheel: ${tenths}0 % of ${megabytes}`);
  };
  const timer = setInterval(() => void look(), WATCH_MILLISECONDS);
  return () => {
    told = 10;
    clearInterval(timer);
  };
}

async function folderSize(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (info?.isFile() === true) size += info.size;
  }
  return size;
}
