/** The report's one style sheet. Its colours differ in light and dark and keep their contrast on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f6f7f9; --ink: #1c2430; --soft: #586274; --line: #d9dde4; --grid: #e6e9ee;
  --average: #8d99ad; --ingredient: #5f6f8c;
  --soup-1: #d9580d; --soup-2: #a83a12; --soup-3: #eb9a4f; --soup-4: #7c2f10;
  --ensemble-1: #0b7f74; --ensemble-2: #58b3a8;
  --better: #17804a; --worse: #b3261e; --undecided: #6b7484; --band: #f1f3f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181f; --card: #1c222c; --ink: #e6eaf1; --soft: #a3adbd; --line: #3a4351; --grid: #2a313d;
    --average: #7a869b; --ingredient: #9fb0cf;
    --soup-1: #ff8a3d; --soup-2: #d3622a; --soup-3: #ffc089; --soup-4: #a8572c;
    --ensemble-1: #35c2b2; --ensemble-2: #1f8a80;
    --better: #4cc38a; --worse: #ff7b72; --undecided: #98a2b3; --band: #1a202a;
  }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #f6f7f9; --ink: #000000; --soft: #444c59; --line: #c3c8d0; --grid: #e0e3e8;
    --average: #8d99ad; --ingredient: #5f6f8c;
    --soup-1: #d9580d; --soup-2: #a83a12; --soup-3: #eb9a4f; --soup-4: #7c2f10;
    --ensemble-1: #0b7f74; --ensemble-2: #58b3a8;
    --better: #17804a; --worse: #b3261e; --undecided: #6b7484; --band: #f1f3f6;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { padding: 0; }
  section, figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1000px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 27px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 19px; margin: 44px 0 6px; }
h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 6px 0 10px; max-width: 96ch; }
.sub, .caption { color: var(--soft); }
.caption { font-size: 13.5px; }
.answer { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--undecided); border-radius: 8px; padding: 16px 22px; margin: 22px 0; }
.answer.better { border-left-color: var(--better); }
.answer.worse { border-left-color: var(--worse); }
.answer .lead { font-size: 19px; line-height: 1.4; font-weight: 600; margin: 0 0 8px; }
.answer p:last-child { margin-bottom: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 6px 9px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; border-bottom: 2px solid var(--line); }
details { margin: 10px 0; }
summary { cursor: pointer; font-weight: 600; }
thead tr:has(+ .sizes) th { border-bottom: none; }
.scores th, .scores td { padding-left: 5px; padding-right: 5px; }
.scores tbody th { min-width: 148px; }
.sizes td { color: var(--soft); font-size: 12px; padding-top: 0; border-bottom: 2px solid var(--line); }
th.number, td.number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
tbody th { font-weight: 500; }
tr.derived td, tr.derived th { background: var(--card); }
tr.soup th { color: var(--soup-1); font-weight: 650; }
tr.ensemble th { color: var(--ensemble-1); font-weight: 650; }
td.best { font-weight: 700; }
tr.rule td, tr.rule th { border-top: 2px solid var(--line); }
figure { margin: 14px 0; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 14px 18px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13.5px; margin: 8px 0 12px; padding: 0; list-style: none; }
.legend li { display: flex; align-items: center; gap: 7px; }
.legend svg { width: 15px; height: 15px; flex: none; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; font-size: 13px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
pre, code { font-family: ui-monospace, SFMono-Regular, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: 12.5px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; margin: 8px 0; font-size: 14px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
text { fill: var(--ink); font-size: 12px; }
.tick, .note { fill: var(--soft); font-size: 11px; }
.panel-title { font-size: 13.5px; font-weight: 650; }
.axis-title { fill: var(--soft); font-size: 12.5px; }
.value { font-size: 10.5px; font-variant-numeric: tabular-nums; }
.label { font-size: 12px; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--soft); fill: none; }
.zero { stroke: var(--soft); stroke-dasharray: 4 3; }
.whisker { stroke: var(--ink); fill: none; stroke-width: 1.1; }
.break { stroke: var(--page); fill: none; stroke-width: 2.2; }
.leader { stroke: var(--soft); stroke-width: 0.8; }
.mark { stroke: var(--page); stroke-width: 1.2; }
.average { fill: var(--average); }
.ingredient { fill: var(--ingredient); }
.soup-1 { fill: var(--soup-1); }
.soup-2 { fill: var(--soup-2); }
.soup-3 { fill: var(--soup-3); }
.soup-4 { fill: var(--soup-4); }
.ensemble-1 { fill: var(--ensemble-1); }
.ensemble-2 { fill: var(--ensemble-2); }
.interval { stroke-width: 2.4; stroke-linecap: round; }
.better .interval { stroke: var(--better); }
.better .estimate { fill: var(--better); }
.worse .interval { stroke: var(--worse); }
.worse .estimate { fill: var(--worse); }
.undecided .interval { stroke: var(--undecided); }
.undecided .estimate { fill: var(--undecided); }
.band-0 { fill: var(--band); }
.band-1 { fill: none; }
.standing { stroke: var(--soup-1); stroke-width: 2; fill: none; }
.trial { stroke: var(--soup-1); stroke-width: 1.8; }
.trial.taken { fill: var(--soup-1); }
.trial.tried { fill: var(--page); stroke: var(--ingredient); }
.weight { fill: var(--soup-1); }
.weight.negative { fill: var(--worse); }
.weight-track { fill: var(--grid); }
td.weight-bar { width: 34%; }
@media print {
  /* Paper does not scroll. */
  .scroll { overflow-x: visible; }
  table, .sizes td { font-size: 10px; }
  .scores th, .scores td { padding: 3px; }
  .scores tbody th { min-width: 96px; }
}
`;
