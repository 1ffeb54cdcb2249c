import { expect, test } from "vitest";
import { cases } from "./cases.js";
import { parseXml } from "./xml.js";

for (const { name, shows, draw } of cases) {
  for (const width of [640, 360]) {
    test(`${name} at ${width} pixels: ${shows}`, async () => {
      const picture = draw(width, `case-${name}`);
      parseXml(picture);
      await expect(`${picture.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot(`pictures/${name}-${width}.svg`);
    });
  }
}
