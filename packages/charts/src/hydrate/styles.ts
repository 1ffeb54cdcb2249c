/** The style sheet of read-outs and switches, added to a page once. Colours come from the charts' own custom properties. */

const MARK = "data-tarea-charts";

export function addStyles(page: Document): void {
  if (page.querySelector(`style[${MARK}]`) !== null) return;
  const sheet = page.createElement("style");
  sheet.setAttribute(MARK, "");
  sheet.textContent = STYLES;
  page.head.append(sheet);
}

const STYLES = `
.tarea-chart-box{position:relative;display:inline-block;max-width:100%;touch-action:pan-y}
.tarea-chart-box>svg{display:block}
.tarea-chart-box:focus-visible{outline:2px solid var(--tc-s1);outline-offset:4px;border-radius:2px}
.tarea-chart-tip{position:absolute;z-index:1;pointer-events:none;max-width:min(18rem,90%);padding:.4rem .6rem;border-radius:6px;
 border:1px solid var(--tc-axis);background:var(--tc-surface);color:var(--tc-ink);font-size:.8125rem;line-height:1.4;
 font-variant-numeric:tabular-nums;box-shadow:0 2px 8px rgb(0 0 0/.16)}
.tarea-chart-tip[hidden]{display:none}
.tarea-chart-tip-heading{font-weight:600}
.tarea-chart-tip>div{display:flex;gap:.4rem;align-items:center}
.tarea-chart-tip bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tarea-chart-tip b{margin-left:auto;padding-left:.6rem;font-weight:600;white-space:nowrap}
.tarea-chart-live i{flex:none;width:1.25em;height:.2em;border-radius:1px;background:currentColor;forced-color-adjust:none}
.tarea-chart-live i.tarea-chart-dashed{background:repeating-linear-gradient(90deg,currentColor 0 .3em,transparent .3em .475em)}
.tarea-chart-status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.tarea-chart-switches{display:flex;flex-wrap:wrap;gap:.35rem;margin-bottom:.5rem}
.tarea-chart-switches button{display:inline-flex;gap:.4rem;align-items:center;max-width:100%;min-height:1.75rem;padding:.1rem .6rem;border-radius:999px;
 border:1px solid var(--tc-axis);background:none;color:var(--tc-ink);font:inherit;font-size:.8125rem;cursor:pointer}
.tarea-chart-switches bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tarea-chart-switches button:focus-visible{outline:2px solid var(--tc-s1);outline-offset:2px}
.tarea-chart-switches button[aria-pressed=false]{color:var(--tc-muted);text-decoration:line-through}
.tarea-chart-switches button[aria-pressed=false] i{opacity:.35}
.tarea-chart-keyed{position:relative}
.tarea-chart-switches.tarea-chart-keys{position:absolute;left:0;transform:translateY(-68%);z-index:1;margin:0;flex-wrap:nowrap;max-width:100%}
.tarea-chart-keys button{min-height:1.5rem;padding:0 .5rem;font-size:.75rem}
@media screen{.tarea-chart-keyed .tc-keys{visibility:hidden}}
@media print{.tarea-chart-switches,.tarea-chart-tip{display:none}}
`;
