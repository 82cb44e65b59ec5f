import { createHash } from 'node:crypto';
import { symbol, symbolCircle, symbolDiamond, symbolStar } from 'd3-shape';
import { weightGroups } from '../../../mix/describe-blend.ts';
import { passesOf } from '../../../recipes/passes.ts';
import { barLegend, groupedBars } from './charts/bars.ts';
import { differences } from './charts/differences.ts';
import { scatter } from './charts/scatter.ts';
import { decisiveMetric, traceChart } from './charts/trace.ts';
import { percent } from './format.ts';
import { Markup, markup } from './markup.ts';
import type { ReportData, ReportSoup } from './report-data.ts';
import { blendStepTables } from './sections/blend-steps.ts';
import { coefficientsTable } from './sections/coefficients.ts';
import { architectureFacts, definitionList, ingredientsTable } from './sections/facts.ts';
import { headline } from './sections/headline.ts';
import { metricTables } from './sections/metric-tables.ts';
import { scoresTable } from './sections/scores-table.ts';
import { comparisonsOfMainSoup, isJust } from './standing.ts';
import { STYLE } from './style.ts';

/**
 * A run's report: one HTML document that needs nothing else. It holds no script and loads nothing; its content security policy
 * allows its own style sheet, by hash, and no more.
 */
export function renderReport(data: ReportData): string {
  const styleHash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${data.run.name} · ${data.run.project}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body><main>
<header><h1>${data.run.name}</h1>
<p class="sub">${data.run.project} · ${data.architecture.name} · ${data.run.startedAt.slice(0, 16).replace('T', ' ')} UTC · run ${data.run.id}</p></header>
${headline(data)}
${sections(data)}
</main></body>
</html>
`;
  return page.text;
}

function sections(data: ReportData): readonly (Markup | undefined)[] {
  return [
    scoresSection(data),
    metricTables(data),
    barsSection(data),
    scatterSection(data),
    differencesSection(data),
    ...data.soups.map((soup) => soupSection(data, soup)),
    markup`<section><h2>Ingredients</h2>${ingredientsTable(data.ingredients)}</section>`,
    markup`<section><h2>Recipe file</h2><pre>${data.recipeYaml}</pre></section>`,
    commandsSection(data),
    markup`<section><h2>Made with</h2>${architectureFacts(data)}</section>`,
  ];
}

function scoresSection(data: ReportData): Markup {
  const selection =
    data.selection === undefined
      ? undefined
      : markup` Recipes looked at ${data.selection.name} only, so its column flatters soups; the test sets were scored afterwards.`;
  return markup`<section><h2>Scores</h2>
<p class="caption">Percent right; the largest of each test set in bold.${selection} Hover over a number for counts, its interval and the cross-entropy.</p>
${scoresTable(data)}</section>`;
}

function barsSection(data: ReportData): Markup | undefined {
  const panels = groupedBars(data);
  if (panels.length === 0) return undefined;
  return markup`<section><h2>Average ingredient, soup and ensemble</h2>
<p class="caption">Each panel has its own axis, and none has to begin at zero: compare heights within a panel only. Lines are 95 % intervals (Wilson); on the average, they reach from the worst to the best ingredient.</p>
<ul class="legend">${barLegend(data).map(({ name, look }) => markup`<li>${swatch(look)}${name}</li>`)}</ul>
<div class="panels">${panels}</div></section>`;
}

function scatterSection(data: ReportData): Markup | undefined {
  const chart = scatter(data);
  if (chart === undefined) return undefined;
  return markup`<section><h2>Clean against shifted</h2>
<p class="caption">Further right is better on data like the training data, further up is more robust. Neither axis begins at zero.</p>
<ul class="legend"><li>${sign('ingredient', symbol(symbolCircle, 80)())}ingredient</li><li>${sign('soup-1', symbol(symbolStar, 100)())}soup</li><li>${sign('ensemble-1', symbol(symbolDiamond, 90)())}ensemble</li></ul>
<figure>${chart}</figure></section>`;
}

function differencesSection(data: ReportData): Markup | undefined {
  const comparisons = comparisonsOfMainSoup(data, data.bestIngredient);
  const soup = data.soups.find((one) => one.id === data.mainSoup);
  // A soup that is the ingredient has no difference to show.
  if (comparisons.length === 0 || (soup !== undefined && isJust(soup, data, data.bestIngredient))) return undefined;
  const name = (id: string): string => [...data.soups, ...data.ingredients].find((one) => one.id === id)?.name ?? id;
  return markup`<section><h2>How sure</h2>
<p class="caption">${name(data.mainSoup)} minus ${name(data.bestIngredient)} (the best ingredient on ${data.selection?.name ?? 'the first test set'}), image by image. Lines are 95 % intervals by paired bootstrap, p by the exact McNemar test. Of twenty such comparisons one crosses p = 0.05 by chance.</p>
<figure>${differences(comparisons)}</figure></section>`;
}

function soupSection(data: ReportData, soup: ReportSoup): Markup {
  const nameOf = (id: string): string => data.ingredients.find((one) => one.id === id)?.name ?? id;
  const trace = traceChart(soup.trace, nameOf);
  return markup`<section><h2>${soup.name}</h2>
<p>${soup.recipeTitle}. ${soup.summary}</p>
${
  trace === undefined
    ? undefined
    : markup`<p class="caption">Every mixture scored on ${data.selection?.name ?? 'the selection split'} by ${decisiveMetric(soup.trace).phrase}: filled were taken, hollow were not; the line is the soup.${savingOf(soup.trace)}</p><figure>${trace}</figure>`
}
${weightGroups(soup.coefficients) === undefined ? blendStepTables(soup, data.ingredients) : coefficientsTable(soup, data.ingredients)}
${
  soup.exported === undefined
    ? undefined
    : definitionList([
        { label: 'Written to', value: soup.exported.file },
        { label: 'SHA-256', value: markup`<code>${soup.exported.sha256}</code>` },
      ])
}</section>`;
}

/** What is missing from the picture, and what that saved. */
function savingOf(trace: ReportSoup['trace']): string {
  const passes = passesOf(trace);
  if (passes === undefined || passes.made === passes.exhaustive) return '';
  return ` Mixtures that could no longer win were given up and have no point: ${percent(passes.made / passes.exhaustive)} of the forward passes were enough to choose as all of them would.`;
}

function commandsSection(data: ReportData): Markup | undefined {
  if (data.commands.length === 0) return undefined;
  return markup`<section><h2>Replay and verify</h2>
${data.commands.map(({ what, command }) => markup`<p>${what}</p><pre>${command}</pre>`)}</section>`;
}

function swatch(look: string): Markup {
  return markup`<svg viewBox="0 0 15 15" aria-hidden="true"><rect class="${look}" width="15" height="15" rx="2"/></svg>`;
}

function sign(look: string, path: string | null): Markup {
  return markup`<svg viewBox="-8 -8 16 16" aria-hidden="true"><path class="${look}" d="${path ?? ''}"/></svg>`;
}
