/** The preview page's style sheet. */

export const PREVIEW_STYLES = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2128; --quiet: #57606a; --line: #d0d5db; --faint: #f4f6f8; --warn-ink: #6b3b00; --warn-paper: #fff6e5; --warn-line: #c77700; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #12161c; --ink: #e6e9ed; --quiet: #a3adb8; --line: #38414c; --faint: #1a2028; --warn-ink: #ffdca8; --warn-paper: #2b2110; --warn-line: #d99a2b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 0.25rem; }
p, blockquote, ul { max-width: 44rem; }
.quiet { color: var(--quiet); }
.warning { border: 1px solid var(--warn-line); border-left-width: 0.375rem; background: var(--warn-paper); color: var(--warn-ink); padding: 0.5rem 0.75rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.75rem 1.5rem; }
.grid > * { min-width: 0; }
.tarea-chart { display: block; }
.narrow { display: none; }
blockquote { margin: 0 0 0.75rem; padding: 0.5rem 0.75rem; border-left: 0.25rem solid var(--line); background: var(--faint); white-space: pre-wrap; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; }
th, td { text-align: left; padding: 0.25rem 1.25rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th[scope="row"] { font-weight: 400; }
.number { text-align: right; white-space: nowrap; }
.scroll:focus-visible { outline: 0.1875rem solid currentColor; outline-offset: 0.125rem; }
@media screen and (max-width: 44rem) { .wide { display: none; } .narrow { display: block; } }
@media print { .grid { grid-template-columns: 1fr 1fr; } .grid > *, tr, blockquote { break-inside: avoid; } }
`;
