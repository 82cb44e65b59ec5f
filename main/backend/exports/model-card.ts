import { stringify } from 'yaml';
import type { OutputFormat } from '../../checkpoints/output-formats.ts';
import { METRICS } from '../../metrics/index.ts';
import { wilsonInterval } from '../../metrics/interval.ts';
import { partakersOf } from '../../mix/blend.ts';
import { groupInWords, stepsOfBlend, weightGroups } from '../../mix/describe-blend.ts';
import { loadLines } from './load-lines.ts';
import { count, decimal, percent, pValue, signedPoints } from './report/format.ts';
import { compareHyperparameters } from './report/hyperparameters.ts';
import type { ReportData, ReportScore, ReportSoup } from './report/report-data.ts';
import { accuracy, meanAccuracy, ofKind } from './report/standing.ts';
import type { StoredTensors } from './stored-tensors.ts';

/** What it is called, in the export's folder. */
export const MODEL_CARD_FILE = 'model-card.md';

/** Stands in a card for the file's SHA-256, which nobody knows before the file is written. */
export const HASH_PLACE = '{{sha256}}';

/** The exported file that a model card lies beside. */
export interface ExportedFile {
  /** Its name, without the folder. */
  readonly name: string;
  readonly format: OutputFormat;
  readonly stored: StoredTensors;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
}

/**
 * A model card in Markdown, with the front matter that Hugging Face reads (huggingface.co/docs/hub/model-cards): what the soup was
 * made from, how well it does and how sure that is, what it is for, how to load and to verify it.
 * @param soupId an id in `data.soups`
 */
export function renderModelCard(data: ReportData, soupId: string, file: ExportedFile): string {
  const soup = data.soups.find((one) => one.id === soupId);
  if (soup === undefined) throw new RangeError(`There is no soup ${soupId} in the run`);
  return `${[
    frontMatter(data, soup, file),
    `# ${inline(data.run.name)}: ${inline(soup.name)}`,
    introduction(data, soup),
    `## Scores\n\n${scores(data, soup)}`,
    `## Ingredients and coefficients\n\n${ingredients(data, soup)}`,
    `## Recipe\n\n${fenced('yaml', data.recipeYaml)}`,
    `## Intended use and limits\n\n${limits(data)}`,
    `## Loading\n\n${loading(data, file)}`,
    `## Verifying\n\n${verifying(file)}`,
  ].join('\n\n')}\n`;
}

function frontMatter(data: ReportData, soup: ReportSoup, file: ExportedFile): string {
  const results = data.testSets.flatMap((set) => {
    const score = soup.scores[set.name];
    if (score === undefined) return [];
    return {
      task: { type: 'image-classification' },
      dataset: { name: set.description, type: set.name },
      metrics: [{ type: 'accuracy', value: accuracy(score) }, ...otherMetrics(score)],
    };
  });
  const matter = {
    library_name: file.format.startsWith('safetensors') ? 'safetensors' : 'pytorch',
    pipeline_tag: 'image-classification',
    tags: ['model-soup', `model-soup-${soup.recipe}`, 'stockpot'],
    metrics: ['accuracy'],
    'model-index': [{ name: `${data.run.name}: ${soup.name}`, results }],
  };
  return `---\n${stringify(matter)}---`;
}

/** Every metric of the registry beside accuracy that has a figure. */
function otherMetrics({ metrics }: ReportScore): readonly { type: string; name: string; value: number }[] {
  return METRICS.flatMap(({ id, phrase }) => {
    const value = metrics[id];
    return id === 'accuracy' || value === undefined || value === null ? [] : [{ type: id, name: phrase, value }];
  });
}

function introduction(data: ReportData, soup: ReportSoup): string {
  const used = partakersOf(soup.coefficients).length;
  const isSum = weightGroups(soup.coefficients) !== undefined;
  const weights = !isSum
    ? `whose weights are merged from ${count(used)} of ${count(data.ingredients.length)} fine-tuned checkpoints.`
    : used === 1
      ? `whose weights are those of one of ${count(data.ingredients.length)} fine-tuned checkpoints, since the recipe added none to it.`
      : `whose weights are a weighted average of ${count(used)} of ${count(data.ingredients.length)} fine-tuned checkpoints.`;
  return (
    `A model soup (Wortsman et al., "Model soups", ICML 2022): one network of architecture ` +
    `\`${code(data.architecture.name)}\` (${count(data.architecture.parameterCount)} parameters) ${weights} ` +
    `${inline(soup.recipeTitle)}: ${inline(soup.summary)}`
  );
}

function scores(data: ReportData, soup: ReportSoup): string {
  const best = data.ingredients.find((one) => one.id === data.bestIngredient);
  const rows = data.testSets.flatMap((set) => {
    const own = soup.scores[set.name];
    if (own === undefined) return [];
    const other = best?.scores[set.name];
    return [
      [
        inline(set.description),
        count(own.total),
        withInterval(own),
        decimal(own.loss),
        other === undefined ? '–' : percent(accuracy(other)),
        comparison(data, soup, set.name),
      ],
    ];
  });
  const shifted = meanAccuracy(soup, ofKind(data, 'shifted'));
  return [
    table(
      ['test set', 'images', 'accuracy (95 % interval)', 'cross-entropy', 'best ingredient', 'difference, points'],
      rows,
    ),
    ...(shifted === undefined ? [] : [`Mean accuracy over the shifted test sets: ${percent(shifted)}.`]),
    `The best ingredient is ${inline(best?.name ?? data.bestIngredient)}, chosen ${data.selection === undefined ? 'without a selection split' : `on ${inline(data.selection.name)} (${count(data.selection.sampleCount)} images, which recipes looked at)`}. Test sets were scored after cooking. Intervals of accuracies are Wilson's; those of differences are paired bootstraps, p is of the exact McNemar test.`,
  ].join('\n\n');
}

function withInterval(score: ReportScore): string {
  const { low, high } = wilsonInterval(score.correct, score.total);
  return `${percent(accuracy(score))} (${percent(low)} – ${percent(high)})`;
}

function comparison(data: ReportData, soup: ReportSoup, testSet: string): string {
  const found = data.comparisons.find(
    (one) => one.first === soup.id && one.second === data.bestIngredient && one.testSet === testSet,
  );
  if (found === undefined) return '–';
  const { difference, interval, pValue: p } = found.result;
  return `${signedPoints(difference)} (${signedPoints(interval.low)} to ${signedPoints(interval.high)}), ${pValue(p)}`;
}

function ingredients(data: ReportData, soup: ReportSoup): string {
  const groups = weightGroups(soup.coefficients) ?? [];
  const weightHeads = groups.length === 1 ? ['weight'] : groups.map((group) => `weight, ${inline(group.name)}`);
  const { differing, shared } = compareHyperparameters(data.ingredients);
  const all = shared.map(({ label, value }) => `${inline(label)} ${inline(value)}`).join(', ');
  return [
    table(
      ['ingredient', ...weightHeads, ...differing.map(({ label }) => inline(label)), 'SHA-256'],
      data.ingredients.map((one, i) => [
        inline(one.name),
        ...groups.map((group) => decimal(group.weights[i] ?? 0)),
        ...differing.map(({ values }) => inline(values[i]!)),
        `\`${code(one.sha256)}\``,
      ]),
    ),
    ...(shared.length === 0 ? [] : [`The same for all: ${all}.`]),
    ...(weightGroups(soup.coefficients) === undefined ? [merging(data, soup)] : []),
  ].join('\n\n');
}

/** How a soup that is no weighted sum was made. */
function merging(data: ReportData, soup: ReportSoup): string {
  const names = data.ingredients.map(({ name }) => name);
  const rows = stepsOfBlend(soup.coefficients, names).flatMap(({ name, inputs, groups }) =>
    groups.map((group) => [
      inline([name, group.name].filter((part) => part !== '').join(', ')),
      inline(groupInWords(group)),
      inline(
        group.each
          .map(
            ({ name: parameter, values }) =>
              `${parameter}: ${inputs.flatMap((input, i) => (input === group.base ? [] : [`${input} ${decimal(values[i] ?? 0)}`])).join(', ')}`,
          )
          .join('; '),
      ),
    ]),
  );
  return table(['tensors', 'method', 'by ingredient'], rows);
}

function limits(data: ReportData): string {
  const shifted = ofKind(data, 'shifted').length;
  return [
    `- Made for images like those of the test sets above, prepared as the recipe says; anything else is untested.`,
    shifted === 0
      ? '- Not tested on shifted data: nothing is known about its robustness.'
      : `- The ${count(shifted)} shifted test sets are synthetic damage; robustness against them is no promise for other shifts.`,
    '- A soup inherits the biases of its ingredients and of their training data, and their licences.',
    '- The average of networks in different basins of the loss fails; add no ingredient that was not fine-tuned from the same start.',
  ].join('\n');
}

function loading(data: ReportData, file: ExportedFile): string {
  const python = [
    ...loadLines(file.format, JSON.stringify(file.name), file.stored),
    'model.load_state_dict(state)',
    'model.eval()',
  ].join('\n');
  return `The tensors carry the names of \`${code(data.architecture.name)}\` as PyTorch lists them.\n\n${fenced('python', python)}`;
}

function verifying(file: ExportedFile): string {
  return [
    `SHA-256 of \`${code(file.name)}\`: \`${code(file.sha256)}\``,
    'With the ingredients at hand, the file is computed again and compared bit for bit:',
    fenced('sh', `npx stockpot verify ${shellWord(file.name)}`),
  ].join('\n\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as Markdown shows it letter by letter: no link, no HTML, no table cell comes out of a file name. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|~&]/g, (character) => `\\${character}`);
}

/** Text between single backticks; those it holds would end it. */
function code(text: string): string {
  return text.replace(/[`|\s]+/g, ' ');
}

/** A code block whose fence is longer than any run of backticks within. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
