/** Reads what a source file imports: TypeScript and JavaScript whole, of Astro its front matter, of MDX its import lines. */

import { parseSync, Visitor } from "oxc-parser";

export interface ModuleImport {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** The imports and re-exports of `source`, static, dynamic and in types, in the order of the file. @throws when it does not parse */
export function moduleImports(file: string, source: string): ModuleImport[] {
  const code = scriptOf(file, source);
  const { program, errors } = parseSync(/\.(astro|mdx)$/.test(file) ? `${file}.ts` : file, code);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const found: ModuleImport[] = [];
  const add = (specifier: string, typeOnly: boolean, start: number) =>
    found.push({ specifier, typeOnly, line: code.slice(0, start).split("\n").length });

  new Visitor({
    ImportDeclaration(node) {
      const named = node.specifiers.map((one) => one.type === "ImportSpecifier" && one.importKind === "type");
      add(node.source.value, node.importKind === "type" || (named.length > 0 && named.every(Boolean)), node.start);
    },
    ExportNamedDeclaration(node) {
      if (!node.source) return;
      const named = node.specifiers.map((one) => one.exportKind === "type");
      add(node.source.value, node.exportKind === "type" || (named.length > 0 && named.every(Boolean)), node.start);
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === "type", node.start);
    },
    ImportExpression(node) {
      if (node.source.type === "Literal" && typeof node.source.value === "string") add(node.source.value, false, node.start);
    },
    TSImportType(node) {
      add(node.source.value, true, node.start);
    },
  }).visit(program);
  return found;
}

/** Blanks what is no script, line by line, so that line numbers stay right. */
function scriptOf(file: string, source: string): string {
  if (file.endsWith(".astro")) return /^---\n([\s\S]*?)^---$/m.exec(source)?.[0].replaceAll(/^---$/gm, "") ?? "";
  if (file.endsWith(".mdx")) return source.replaceAll(/^(?!import .*["'];?$).*$/gm, "");
  return source;
}
