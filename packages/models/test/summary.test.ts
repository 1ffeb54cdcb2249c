import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { createModel, formatSummary, summarizeModel, type ModelSummary } from "../src/index.js";

await useEngine({ prefer: "cpu" });

const HOSTILE = 'a|b_c*[d](e)<script>alert("x")</script>&\\end{tabular}%$#{}~^\n\u202Ez';

const compare = (a: string | undefined, b: string | undefined): number => (a! < b! ? -1 : 1);

/** Layer names that would break out of every format. */
function hostileSummary(): ModelSummary {
  const summary = summarizeModel(createModel("c5", { seed: null, name: "c5" }));
  return {
    ...summary,
    name: HOSTILE,
    layers: summary.layers.map((layer) => ({
      ...layer,
      name: HOSTILE,
      details: HOSTILE,
      connectedTo: layer.connectedTo.map(() => HOSTILE),
    })),
  };
}

test("connections, multiply-adds and activation memory are those of the layers", () => {
  const { layers, multiplyAdds, activationBytes } = summarizeModel(createModel("c5", { seed: null }));
  expect(layers.map((layer) => [layer.name, layer.connectedTo.join(" + "), layer.multiplyAdds, layer.activationBytes])).toEqual([
    ["input", "", 0, 0],
    ["dense1", "input", 5, 20],
    ["skip", "dense1 + input", 0, 24],
    ["logits", "skip", 6, 4],
    ["predictions", "logits", 0, 4],
  ]);
  expect([multiplyAdds, activationBytes]).toEqual([11, 52]);
});

test("windows, strides, rates and activations are said", () => {
  const details = summarizeModel(createModel("c10a", { seed: null })).layers.map((layer) => layer.details);
  expect(details.slice(1, 3)).toEqual(["4x4, stride 2x2, relu", "3x3"]);
  expect(details).toContain("rate 0.5");
  expect(details).toContain("3x3, same, relu");
  expect(summarizeModel(createModel("c7", { seed: null })).layers.map((layer) => layer.details)).toContain("2x2");
});

test.each([
  [() => tf.layers.conv2dTranspose({ filters: 4, kernelSize: 3, inputShape: [5, 6, 2] }), 5 * 6 * 9 * 2 * 4],
  [() => tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [5, 6, 3] }), 3 * 4 * 6 * 9],
  [
    () => tf.layers.separableConv2d({ kernelSize: 3, filters: 7, depthMultiplier: 2, inputShape: [5, 6, 3] }),
    12 * (9 * 6 + 6 * 7),
  ],
  [() => tf.layers.conv1d({ kernelSize: 3, filters: 7, strides: 2, inputShape: [9, 3] }), 4 * 9 * 7],
  [() => tf.layers.dense({ units: 7, inputShape: [9, 3] }), 9 * 3 * 7],
  [() => tf.layers.embedding({ inputDim: 7, outputDim: 5, inputShape: [9] }), 0],
  [() => tf.layers.lstm({ units: 2, inputShape: [4, 3] }), null],
])("multiply-adds are the products of kernels with their inputs: %#", (layer, expected) => {
  const summary = summarizeModel(tf.sequential({ layers: [layer()] }));
  expect(summary.multiplyAdds).toBe(expected);
  if (expected === null) expect(formatSummary(summary)).toContain("unknown");
});

test("text holds every name in full, on one line each", () => {
  const lines = formatSummary(hostileSummary()).split("\n");
  expect(lines).toHaveLength(5 + 4);
  expect(lines[2]).toContain('a|b_c*[d](e)<script>alert("x")</script>&\\end{tabular}%$#{}~^\\u{a}\\u{202e}z');
});

test("Markdown keeps its columns whatever the names", () => {
  const text = formatSummary(hostileSummary(), { format: "markdown" });
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  expect(rows.map((row) => row.replaceAll(/\\./g, "").split("|").length)).toEqual(rows.map(() => 9));
  expect(text).not.toMatch(/(^|[^\\])[<*[]+[a-z]/);
});

test("HTML holds no markup from names", () => {
  const text = formatSummary(hostileSummary(), { format: "html" });
  expect(text).not.toContain("<script");
  expect(text).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;");
  const opened = [...text.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag);
  const closed = [...text.matchAll(/<\/([a-z]+)/g)].map(([, tag]) => tag);
  expect(opened.toSorted(compare)).toEqual(closed.toSorted(compare));
  expect(text).toMatch(/<th scope="col">Layer<\/th>/);
});

test("LaTeX holds no commands from names", () => {
  const text = formatSummary(hostileSummary(), { format: "latex" });
  expect(text.match(/\\end\{/g)).toHaveLength(1);
  expect(text).toContain("\\textbackslash{}end\\{tabular\\}\\%\\$\\#\\{\\}\\textasciitilde{}\\textasciicircum{}");
});

test("LaTeX rows do not begin with what would be an option of the row before", () => {
  const summary = summarizeModel(createModel("c5", { seed: null }));
  const layers = summary.layers.map((layer, i) => ({ ...layer, name: i === 1 ? "[4pt]" : i === 2 ? "*" : layer.name }));
  const lines = formatSummary({ ...summary, layers }, { format: "latex" }).split("\n");
  expect(lines.filter((line) => line.startsWith("{}")).map((line) => line.slice(0, 7))).toEqual(["{}[4pt]", "{}* & C"]);
  expect(lines.some((line) => /^[[*]/.test(line))).toBe(false);
});

test("LaTeX needs no package, keeps its settings to itself, and breaks headings and totals that are longer than the page is wide", () => {
  const lines = formatSummary(summarizeModel(createModel("c1", { seed: null })), { format: "latex" }).split("\n");
  expect(lines[0]).toMatch(/^\\noindent\\makebox\[\\linewidth\]\{\\scriptsize/);
  expect(lines.at(-1)).toBe("\\end{tabular}}");
  expect(lines[3]).toContain("\\shortstack[r]{\\rule{0pt}{2.4ex}Multiply-\\\\adds}");
  expect(lines[5]).toBe("input & InputLayer & [13] & 0 & 0 & 0 &  \\\\");
  expect(lines.at(-2)).toMatch(
    /^\\multicolumn\{7\}\{@\{\}p\{0\.95\\linewidth\}@\{\}\}\{\\raggedright\\rule\{0pt\}\{2\.4ex\}14 parameters, /,
  );
  const depth = [...lines.join("\n").replaceAll(/\\[{}]/g, "")].reduce(
    (open, sign) => open + Number(sign === "{") - Number(sign === "}"),
    0,
  );
  expect(depth).toBe(0);
});

test("JSON is the summary itself", () => {
  const summary = hostileSummary();
  expect(JSON.parse(formatSummary(summary, { format: "json" }))).toEqual(summary);
});

test("an unknown format is refused", () => {
  expect(() => formatSummary(hostileSummary(), { format: "latx" as never })).toThrow('Did you mean "latex"?');
});
