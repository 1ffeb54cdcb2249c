/** Markup of the preview page, from texts that may hold anything. */

/** A text made safe inside elements and attributes; control characters become U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A table with a heading row; cells are texts. `right`: columns of numbers. */
export function htmlTable(caption: string, rows: readonly (readonly string[])[], right: readonly number[]): string {
  const [heading = [], ...body] = rows;
  const align = (column: number): string => (right.includes(column) ? ' class="number"' : "");
  const head = heading.map((cell, i) => (cell === "" ? "<td></td>" : `<th scope="col"${align(i)}>${escapeHtml(cell)}</th>`));
  const lines = body.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td${align(i)}>${escapeHtml(cell)}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}

/** A part of the page under a heading; nothing when it has no content. */
export function section(title: string, ...content: string[]): string {
  const body = content.join("");
  return body === "" ? "" : `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
}

export function paragraph(text: string): string {
  return text === "" ? "" : `<p>${escapeHtml(text)}</p>`;
}
