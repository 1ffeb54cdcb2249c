/** The only place that writes markup, so that everything it writes is well-formed XML and nothing can be injected. */

export type Attributes = Record<string, string | number | undefined>;

/** Text made safe for XML and HTML, in elements and in attributes; characters that XML forbids become U+FFFD. */
export function escapeText(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/** One element; `children` are markup already. Undefined attributes are left out, numbers are rounded to hundredths. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const content = children.join("");
  const open = openTag(name, attributes);
  return content === "" ? `${open}/>` : `${open}>${content}</${name}>`;
}

/** One element of HTML, which knows no self-closing tags. */
export function htmlElement(name: string, attributes: Attributes, ...children: string[]): string {
  return `${openTag(name, attributes)}>${children.join("")}</${name}>`;
}

function openTag(name: string, attributes: Attributes): string {
  let markup = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) markup += ` ${key}="${typeof value === "number" ? round(value) : escapeText(value)}"`;
  }
  return markup;
}

/** A coordinate rounded to hundredths of a pixel. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** Everything outside the Char production of XML 1.0, lone surrogates included. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** JSON that may stand in an element of XML or HTML as it is. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
