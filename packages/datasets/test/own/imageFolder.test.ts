import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownDataset, readImageFolder } from "../../src/index.js";
import { pngBytes } from "../support/pngBytes.js";
import { rejected } from "../support/thrown.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-images-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function put(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const grey = (...row: number[]): Uint8Array => pngBytes({ width: row.length, height: 1, rows: [row] });
const color = (...row: number[]): Uint8Array => pngBytes({ width: row.length / 3, height: 1, color: 2, rows: [row] });

describe("reading a folder of pictures", () => {
  it("takes a folder for each class, in the order of names", async () => {
    await put("cat/b.png", grey(3, 4));
    await put("cat/a.PNG", grey(1, 2));
    await put("__proto__/x.png", grey(5, 6));
    await put(".hidden", "");
    await put("cat/.DS_Store", "");
    const { samples, classNames, inputShape } = await readImageFolder(folder);
    expect({ classNames, inputShape }).toEqual({ classNames: ["__proto__", "cat"], inputShape: [1, 2, 1] });
    expect(samples).toEqual({
      inputs: { dtype: "uint8", shape: [3, 1, 2, 1], data: Uint8Array.of(5, 6, 1, 2, 3, 4) },
      labels: { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 1, 1) },
    });
  });

  it("takes train and test as parts with the same classes, and makes a data set", async () => {
    await put("train/a/1.png", grey(1));
    await put("train/b/1.png", grey(2));
    await put("test/b/1.png", grey(3));
    const { samples, classNames } = await readImageFolder(folder);
    const set = ownDataset({
      name: "mine",
      task: "classification",
      modality: "image",
      samples,
      classNames,
      source: "Photographed.",
    });
    expect(set).toMatchObject({ inputShape: [1, 1, 1], classNames: ["a", "b"], synthetic: false });
    expect([[...set.train.labels.data], [...set.test.labels.data]]).toEqual([[0, 1], [1]]);
  });

  it("brings pictures to the channels of the first or those asked for", async () => {
    await put("a/1.png", color(7, 7, 7));
    await put("a/2.png", grey(9));
    expect((await readImageFolder(folder)).inputShape).toEqual([1, 1, 3]);
    expect(await readImageFolder(folder, { channels: 1 })).toMatchObject({ samples: { inputs: { data: Uint8Array.of(7, 9) } } });
    await put("a/3.png", color(1, 2, 3));
    expect(await rejected(readImageFolder(folder, { channels: 1 }))).toMatchObject({
      file: join(folder, "a/3.png"),
      received: "pixel 0 of 1, 2, 3",
    });
  });

  it("refuses sizes that differ, other files, links and folders of another form, naming the file", async () => {
    await put("a/1.png", grey(1, 2));
    await put("a/2.png", grey(1));
    expect(await rejected(readImageFolder(folder))).toMatchObject({
      file: join(folder, "a/2.png"),
      expected: "2 by 1",
      received: "1 by 1",
    });
    await put("a/2.png", "<html>");
    expect((await rejected(readImageFolder(folder))).problem).toBe("this is no PNG picture");
    await put("a/2.jpg", "");
    expect(await rejected(readImageFolder(folder))).toMatchObject({ file: join(folder, "a/2.jpg"), received: "another file" });
    await rm(join(folder, "a/2.jpg"));
    await symlink("/etc", join(folder, "b"));
    expect((await rejected(readImageFolder(folder))).received).toBe("a link, which is not followed");
  });

  it("refuses empty and missing folders, too many bytes and wrong options", async () => {
    expect((await rejected(readImageFolder(folder))).problem).toBe("the folder is empty");
    await mkdir(join(folder, "a"));
    expect((await rejected(readImageFolder(folder))).problem).toBe("there are no pictures");
    expect((await rejected(readImageFolder(join(folder, "none")))).code).toBe("read");
    await put("a/1.png", grey(1, 2));
    expect(await rejected(readImageFolder(folder, { maxBytes: 1 }))).toMatchObject({
      expected: "at most 1 bytes",
      received: "2 bytes",
    });
    expect((await rejected(readImageFolder(folder, { channels: 2 as 1 }))).code).toBe("option");
  });
});
