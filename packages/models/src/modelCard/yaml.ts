/** Plain data as YAML: every text in double quotes with its odd characters escaped, so that none is read as anything else. */

export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue | undefined };

/** Lines of a mapping; keys are written as they are, entries that are undefined or empty lists are left out. */
export function yamlLines(mapping: { readonly [key: string]: YamlValue | undefined }, indent = ""): string[] {
  return Object.entries(mapping).flatMap(([key, value]) => {
    if (value === undefined || (typeof value === "object" && isList(value) && value.length === 0)) return [];
    if (typeof value !== "object") return [`${indent}${key}: ${scalar(value)}`];
    return [`${indent}${key}:`, ...(isList(value) ? listLines(value, indent) : yamlLines(value, `${indent}  `))];
  });
}

function listLines(items: readonly YamlValue[], indent: string): string[] {
  return items.flatMap((item) => {
    if (typeof item !== "object") return [`${indent}  - ${scalar(item)}`];
    const lines = isList(item) ? listLines(item, `${indent}  `) : yamlLines(item, `${indent}    `);
    return lines.map((line, i) => (i === 0 ? `${indent}  - ${line.trimStart()}` : line));
  });
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value).replaceAll(/[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
