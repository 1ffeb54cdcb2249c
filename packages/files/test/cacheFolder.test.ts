import { describe, expect, it } from "vitest";
import { cacheFolder } from "../src/index.js";

describe("cacheFolder", () => {
  it("takes TAREA_CACHE_DIR before everything else", () => {
    expect(cacheFolder({ TAREA_CACHE_DIR: "/data/cache", XDG_CACHE_HOME: "/other" })).toBe("/data/cache");
  });

  it("refuses a relative TAREA_CACHE_DIR", () => {
    expect(() => cacheFolder({ TAREA_CACHE_DIR: "cache" })).toThrow(
      "TAREA_CACHE_DIR: the cache folder must be an absolute path, got cache.",
    );
  });

  it("ends in a folder of its own below the platform's cache folder", () => {
    expect(cacheFolder({})).toMatch(/[/\\]tarea$/);
  });
});
