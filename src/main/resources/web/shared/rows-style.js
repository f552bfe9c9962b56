// How rows look, wherever they are: in the viewer, and in `<log-view>` on anybody's page. Both adopt it as a style
// sheet, which needs no more of a page's policy than the script does.

/** The colours of `theme.css` once more, for the pages of others. A test compares the two. */
export const TOKENS = `
  --ground: light-dark(#ffffff, #0e1116);
  --raised: light-dark(#f5f7f9, #161b22);
  --sunken: light-dark(#eceff3, #0a0d11);
  --hover: light-dark(#f0f4f9, #1a2029);
  --line: light-dark(#d8dee4, #2b323c);
  --line-strong: light-dark(#868f99, #6b7580);
  --text: light-dark(#1b2027, #dfe4ea);
  --quiet: light-dark(#57606a, #98a3b0);
  --accent: light-dark(#0b5cc4, #79b8ff);
  --on-accent: light-dark(#ffffff, #0b1420);
  --warn: light-dark(#835400, #e3b341);
  --warn-ground: light-dark(#fff8e6, #2a2210);
  --bad: light-dark(#b91c26, #ff8078);
  --bad-ground: light-dark(#fff0f0, #2e1719);
  --grave: light-dark(#97127e, #ff8fe0);
  --mark: light-dark(#ffe48a, #6b5200);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
`;

/** Rows are of one height (--row), which rows.js reads from here. */
export const ROWS = `
.scroller { container-type: inline-size; }
.space {
  --row: 22px;
  --hue-0: light-dark(#0a5aa8, #7ab8f5);
  --hue-1: light-dark(#6a3fb5, #bda2f7);
  --hue-2: light-dark(#00695f, #5fd0c2);
  --hue-3: light-dark(#8a4b08, #e0a870);
  --hue-4: light-dark(#9a2a63, #f59ac4);
  --hue-5: light-dark(#4a6a12, #a9cf6a);
}
.level-fatal { --level: var(--grave); }
.level-error { --level: var(--bad); }
.level-warn { --level: var(--warn); }
.level-info { --level: light-dark(#0b5cc4, #6aaefc); }
.level-debug { --level: light-dark(#4b6478, #8fa9bd); }
.level-trace, .level-none { --level: light-dark(#5f6872, #949fac); }
.scroller { position: absolute; inset: 0; overflow: hidden auto; overflow-anchor: none; overscroll-behavior: contain;
  contain: strict; scrollbar-gutter: stable; }
.scroller:focus-visible { outline-offset: -2px; }
.edge { display: flex; align-items: center; justify-content: center; height: 32px; overflow: hidden;
  color: var(--quiet); font: 12px var(--sans);
  white-space: nowrap; }
.edge button { min-height: 24px; color: var(--accent); }
.space { position: relative; overflow: clip; }
.window { position: absolute; inset: 0 0 auto 0; }
.row { contain: content; border-left: 3px solid transparent; font: 12px/var(--row) var(--mono); }
.summary { position: relative; display: flex; gap: 12px; height: var(--row); padding: 0 12px 0 9px;
  border-bottom: 1px solid light-dark(#f0f2f5, #171c23); cursor: default; white-space: pre; overflow: hidden; }
.row:not(.gap) .summary:hover { background: var(--hover); }
.time { flex: none; min-width: 12ch; color: var(--quiet); font-variant-numeric: tabular-nums; }
.scroller[data-time="relative"] .time { min-width: 10ch; }
.level { flex: none; width: 5ch; color: var(--level); font-weight: 600; text-transform: uppercase; }
.channel { flex: none; width: 26ch; overflow: hidden; text-overflow: ellipsis; direction: rtl; text-align: left; }
.one-workspace .channel { width: 18ch; }
.channel bdi { direction: ltr; }
.owner { color: var(--quiet); }
.one-channel .channel { display: none; }
.hue-0 { color: var(--hue-0); } .hue-1 { color: var(--hue-1); } .hue-2 { color: var(--hue-2); }
.hue-3 { color: var(--hue-3); } .hue-4 { color: var(--hue-4); } .hue-5 { color: var(--hue-5); }
.message { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.told, .value, .key, bdi { unicode-bidi: isolate; }
.address { color: inherit; text-decoration: underline; text-decoration-color: var(--line-strong);
  text-underline-offset: 2px; }
.address:hover { color: var(--accent); text-decoration-color: currentColor; }
.own { margin-right: 1ch; padding: 0 4px; border: 1px solid var(--line); border-radius: 3px; color: var(--quiet);
  font-size: 11px; }
.own::before { content: "written "; }
.excerpt { margin-right: 1ch; padding: 0 4px; border-radius: 3px; background: var(--sunken); color: var(--text); }
.columned { display: contents; }
.column { flex: none; width: 18ch; overflow: hidden; text-overflow: ellipsis; }
.no-time .time, .no-level .level, .no-channel .channel, .no-fields .field { display: none; }
.wrap .summary { height: auto; min-height: var(--row); overflow: visible; }
.wrap .message { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; tab-size: 4; }
.trace { display: block; color: var(--quiet); }
.wrap .gap .message { white-space: normal; flex-wrap: wrap; }
.field { margin-left: 1.5ch; color: var(--quiet); }
.field .value { color: light-dark(#3a4652, #b7c1cc); }
.control { border-radius: 3px; background: light-dark(#e9e0f5, #382b4d); color: light-dark(#5b2c91, #d3b5ff);
  unicode-bidi: isolate; }
.control.layout { background: none; color: var(--quiet); }
mark { border-radius: 2px; background: var(--mark); color: light-dark(#1b2027, #fff3c9); }
.row.level-warn { border-left-color: light-dark(#d9a013, #b98a1d); background: light-dark(#fffbef, #1d1a10); }
.row.level-error { border-left-color: light-dark(#dd3b45, #e05a55); background: light-dark(#fff5f5, #221416); }
.row.level-fatal { border-left-color: light-dark(#b5179e, #ef6fd0); background: light-dark(#fdf0fb, #25131f); }
.row.level-warn .summary, .row.level-error .summary,
  .row.level-fatal .summary { border-bottom-color: light-dark(#0000000d, #ffffff0a); }
.row.level-debug .told, .row.level-trace .told { color: light-dark(#47525e, #a5b0bc); }
.row.level-trace .level, .row.level-debug .level, .row.level-info .level { font-weight: 400; }
.row.current .summary { box-shadow: inset 0 0 0 1px var(--accent); background: var(--hover); }
.row.target .summary { background: light-dark(#fff3c4, #3d340f); }
.row.target { border-left-color: var(--accent); }
.gap .summary { justify-content: flex-start; background: repeating-linear-gradient(-45deg, var(--warn-ground) 0 8px,
  light-dark(#fdf0cf, #352b13) 8px 16px); border-block: 1px dashed var(--warn); color: var(--warn); }
.gap .time { color: var(--warn); }
.gap .message { display: flex; align-items: center; gap: 1.5ch; font-family: var(--sans); }
.gap .between { font-weight: 400; overflow: hidden; text-overflow: ellipsis; }
.gap .load { flex: none; min-height: 18px; padding: 0 8px; border-color: var(--warn); border-radius: 4px;
  background: var(--ground); color: inherit;
  font: 11px/16px var(--sans); }
.gap .told { min-width: 0; overflow: hidden; text-overflow: ellipsis; font-family: var(--sans); font-weight: 600; }
.actions { position: absolute; right: 8px; top: 0; display: none; height: calc(var(--row) - 1px); padding-left: 6px;
  gap: 2px; align-items: center; background: inherit; }
.summary:hover .actions { display: flex; background: var(--hover); }
.actions button { min-height: 18px; padding: 0 8px; font: 11px/16px var(--sans); border-radius: 4px;
  background: var(--ground); }
.scroller:not(.narrowed) .actions .around { display: none; }
@media (hover: none) { .actions { display: none !important; } }
/* ANSI colours, each readable on its ground */
.ansi-bold { font-weight: 700; } .ansi-dim { color: var(--quiet); } .ansi-italic { font-style: italic; }
.ansi-underline { text-decoration: underline; } .ansi-strike { text-decoration: line-through; }
.ansi-black, .ansi-bright-black { color: light-dark(#57606a, #98a3b0); }
.ansi-white, .ansi-bright-white { color: var(--text); }
.ansi-red { color: light-dark(#b91c26, #ff7b72); } .ansi-bright-red { color: light-dark(#cf222e, #ffa198); }
.ansi-green { color: light-dark(#116329, #56d364); } .ansi-bright-green { color: light-dark(#1a7034, #7ee787); }
.ansi-yellow { color: light-dark(#7a4e00, #e3b341); } .ansi-bright-yellow { color: light-dark(#835400, #f2cc60); }
.ansi-blue { color: light-dark(#0550ae, #79c0ff); } .ansi-bright-blue { color: light-dark(#0b5cc4, #a5d6ff); }
.ansi-magenta { color: light-dark(#6639ba, #d2a8ff); } .ansi-bright-magenta { color: light-dark(#8250df, #e2c5ff); }
.ansi-cyan { color: light-dark(#0a6570, #56d4dd); } .ansi-bright-cyan { color: light-dark(#0b6b77, #8be9f0); }
.ansi-other { color: light-dark(oklch(from var(--ansi) .45 min(c, .15) h), oklch(from var(--ansi) .8 min(c, .15) h)); }
@supports not (color: oklch(from red l c h)) { .ansi-other { color: inherit; } }
.ansi-on, .ansi-inverse { border-radius: 2px; padding: 0 2px; color: light-dark(#1b2027, #f0f3f6);
  background: light-dark(#e2e6ea, #39424d); }
.ansi-on-red { background: light-dark(#ffd7d5, #6e1f22); } .ansi-on-green { background: light-dark(#c8f0d0, #14512a); }
.ansi-on-yellow { background: light-dark(#fbe8a6, #5a4300); }
.ansi-on-blue { background: light-dark(#d3e6ff, #123f75); }
.ansi-on-magenta { background: light-dark(#ecd9ff, #4a2a75); }
.ansi-on-cyan { background: light-dark(#c9eef2, #0f4c54); }
/* A line that is open */
.row.open > .summary { position: sticky; }
.detail { padding: 10px 16px 12px calc(9px + 12ch + 12px); border-bottom: 1px solid var(--line);
  background: var(--raised); line-height: 1.5; cursor: auto; white-space: normal; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 20px; margin-bottom: 8px; }
.facts dt { color: var(--quiet); }
.facts dt, .facts dd { display: inline; }
.facts dd { margin-left: 1ch; overflow-wrap: anywhere; }
.whole, .json { margin: 0 0 8px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--ground); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; unicode-bidi: isolate; }
.json { white-space: normal; }
.json bdi, .json-rest { white-space: pre-wrap; overflow-wrap: anywhere; }
.members { padding-left: 2ch; border-left: 1px solid var(--line); margin-left: .5ch; }
.members.flat { padding-left: 0; border: 0; }
.nested > summary { cursor: pointer; list-style-position: outside; margin-left: 1.6ch; }
.nested > .bracket.closing { margin-left: 1.6ch; }
.nested[open] > summary > .count { display: none; }
.nested:not([open]) > summary > .count { margin-left: 1ch; color: var(--quiet); }
.json > .member, .members > .member { padding-left: 1.6ch; }
.json-key { color: light-dark(#0a5aa8, #7ab8f5); }
button.json-key { display: inline; min-height: 0; padding: 0; border: 0; border-radius: 2px; background: none;
  font: inherit; cursor: pointer;
  white-space: pre-wrap; text-align: left; overflow-wrap: anywhere; }
button.json-key:hover, button.json-key[aria-expanded] { text-decoration: underline; }
.field-actions { display: inline-flex; flex-wrap: wrap; gap: 4px; margin-left: 1ch; font-family: var(--sans); }
.field-actions button { min-height: 20px; padding: 0 7px; border-radius: 4px; background: var(--raised);
  font-size: 11px; }
.json-string { color: light-dark(#0f5f2c, #8ddb9f); }
.json-number { color: light-dark(#8a4b08, #e0a870); }
.json-word { color: light-dark(#6a3fb5, #bda2f7); }
.json-rest { color: var(--quiet); }
.all { display: block; margin-top: 6px; font-family: var(--sans); }
.detail-actions { display: flex; flex-wrap: wrap; gap: 6px; font-family: var(--sans); }
.detail-actions button { background: var(--ground); font-size: 12px; }
@container (max-width: 1000px) { .column { width: 12ch; } }
/* Narrow: two lines a row, what a line says in the second */
@container (max-width: 640px) {
  .space { --row: 58px; }
  .columned { display: flex; grid-column: 1 / -1; gap: 10px; overflow: hidden; font-size: 11px; }
  .column { flex: 0 1 auto; width: auto; min-width: 0; }
  .column:has(bdi:empty) { display: none; }
  .column bdi::before { content: attr(data-name) "="; color: var(--quiet); }
  .gap .message { display: block; }
  .wrap .summary { grid-template-rows: 18px auto; }
  .wrap .message { display: block; }
  .row { line-height: 18px; }
  .summary { display: grid; grid-template-columns: auto auto 1fr; grid-template-rows: 18px 34px; gap: 0 10px;
    padding: 3px 8px 3px 6px; }
  .time, .scroller[data-time="relative"] .time { min-width: 0; font-size: 11px; }
  .level { width: auto; font-size: 11px; }
  .channel, .one-workspace .channel { width: auto; font-size: 11px; text-align: right; }
  .message { grid-column: 1 / -1; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
    line-height: 17px; white-space: pre-wrap; overflow-wrap: anywhere; }
  .columned:not(:has(bdi:not(:empty))) { display: none; }
  .summary:has(.columned bdi:not(:empty)) { grid-template-rows: 18px 17px 17px; }
  .columned:has(bdi:not(:empty)) + .message { -webkit-line-clamp: 1; }
  .wrap .summary:has(.columned bdi:not(:empty)) { grid-template-rows: 18px 17px auto; }
  .told { display: block; }
  .told + .field { margin-left: 0; }
  .gap .summary { grid-template-columns: 1fr; }
  .gap .message { grid-column: 1; }
  .gap:has(.between) .time { visibility: hidden; }
  .gap .between { position: absolute; top: 3px; left: 6px; right: 70px; white-space: nowrap; font-size: 11px;
    line-height: 18px; }
  .gap .load { position: absolute; top: 1px; right: 8px; min-height: 22px; }
  .gap .load .rest { display: none; }
  .gap .told { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal; }
  .detail { padding: 10px 8px; }
}
`;

/** The style sheet of these rules. */
export function sheet(...rules) {
  const made = new CSSStyleSheet();
  made.replaceSync(rules.join(''));
  return made;
}
