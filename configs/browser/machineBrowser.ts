/** Finds a Chrome or Chromium that the machine has. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const applications: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) => [
    join(process.env[variable] ?? "C:\\", "Google", "Chrome", "Application", "chrome.exe"),
    join(process.env[variable] ?? "C:\\", "Microsoft", "Edge", "Application", "msedge.exe"),
  ]),
};

/** The path of the first browser found, in the usual places and on `PATH`; `undefined` when there is none. */
export function machineBrowser(path = process.env["PATH"] ?? ""): string | undefined {
  const onPath = path
    .split(delimiter)
    .flatMap((folder) => (folder === "" ? [] : commands.map((command) => join(folder, command))));
  return [...(applications[process.platform] ?? []), ...onPath].find((file) => existsSync(file));
}
