import type {
  ReportComparison,
  ReportData,
  ReportScore,
  ReportScores,
} from '../../../main/backend/exports/report/report-data.ts';
import { bootstrapDifference, mcnemarExact } from '../../../main/metrics/paired.ts';

/** Accuracy of each subject per test set, in percent: invented, shaped like the results of small CNNs on MNIST. */
const ACCURACIES: Readonly<Record<string, readonly number[]>> = {
  'adam-1e-3': [98.92, 87.31, 97.02, 84.2, 79.5, 58.12, 66.4, 81.7, 94.61],
  'adamw-5e-4': [98.97, 88.4, 97.2, 85.33, 80.9, 55.4, 67.9, 84.12, 94.9],
  'sgd-1e-2': [98.81, 84.9, 96.7, 80.15, 82.3, 61.75, 65.05, 79.4, 94.02],
  'adam-smooth': [98.95, 90.02, 97.33, 86.4, 78.8, 49.9, 68.8, 85.3, 95.2],
  'sgd-augmented': [98.7, 86.6, 96.9, 83.72, 85.1, 52.6, 79.2, 93.4, 95.05],
  uniform: [99.12, 91.5, 97.81, 89.03, 84.8, 60.02, 72.4, 89.8, 95.85],
  'performance-weighted': [99.11, 91.4, 97.8, 89.01, 84.76, 60.1, 72.3, 89.7, 95.83],
  greedy: [99.16, 90.9, 97.74, 88.4, 84.1, 57.3, 73.9, 90.9, 95.8],
  'sorted greedy': [99.13, 91.3, 97.79, 88.9, 84.5, 59.1, 72.9, 90.2, 95.84],
  'mean logits': [99.15, 91.2, 97.9, 88.9, 84.6, 59.5, 72.8, 89.2, 95.9],
  'mean probabilities': [99.14, 91.05, 97.88, 88.7, 84.4, 60.4, 72.5, 88.9, 95.87],
};

const SETS = [
  'clean',
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'blur',
  'contrast',
  'rotation',
  'translation',
  'pixelate',
];

const IMAGES = 10_000;
const LOSS = 0.03;

function score(percent: number, total = IMAGES): ReportScore {
  return {
    correct: Math.round((percent / 100) * total),
    total,
    loss: LOSS,
    metrics: { accuracy: percent / 100, loss: LOSS, brier: 0.02, 'top-5': null },
  };
}

function scoresOf(name: string): ReportScores {
  return Object.fromEntries(ACCURACIES[name]!.map((percent, i) => [SETS[i]!, score(percent)]));
}

function compare(first: string, second: string, set: number): ReportComparison {
  const gained = Math.round((ACCURACIES[first]![set]! - ACCURACIES[second]![set]!) * (IMAGES / 100));
  const counts = { total: IMAGES, onlyFirst: 40 + Math.max(0, gained), onlySecond: 40 + Math.max(0, -gained) };
  const difference = gained / IMAGES;
  const result = { ...counts, difference, interval: bootstrapDifference(counts, 1), pValue: mcnemarExact(counts) };
  return { first, second, testSet: SETS[set]!, result };
}

const selection = (percent: number): ReportScore => score(percent, 5_000);
const at = (percent: number) => ({ ...selection(percent), accuracy: percent / 100 });

/** A finished run with everything a report can show. */
export function reportExample(): ReportData {
  const ingredientNames = ['adam-1e-3', 'adamw-5e-4', 'sgd-1e-2', 'adam-smooth', 'sgd-augmented'];
  const singles = [98.98, 99.06, 98.84, 99.02, 98.74];
  const greedyWeights = [0, 1 / 3, 0, 1 / 3, 1 / 3];
  return {
    run: {
      id: 'run-0042',
      name: 'Greedy soup of five',
      project: 'mnist demo',
      startedAt: '2026-11-24T08:30:12.000Z',
      seconds: 101.4,
    },
    architecture: { name: 'cnn-16-32-fc64', parameterCount: 106_346, graphHash: 'ab'.repeat(32) },
    recipeYaml: 'name: greedy of five\nrecipe:\n  name: greedy\n  options:\n    order: article\n    maxModels: 5\n',
    selection: { name: 'selection', sampleCount: 5_000 },
    testSets: SETS.map((name, i) => ({
      name,
      kind: i === 0 ? 'clean' : 'shifted',
      sampleCount: IMAGES,
      description: i === 0 ? 'MNIST test images' : `MNIST test images, ${name}, severity 3`,
    })),
    ingredients: ingredientNames.map((name, i) => ({
      id: name,
      name,
      file: `ingredients/${name}.safetensors`,
      sha256: String(i + 1).repeat(64),
      facts: [
        { label: 'optimizer', value: name.split('-')[0]! },
        { label: 'learningRate', value: ['0.001', '0.0005', '0.01', '0.001', '0.02'][i]! },
        { label: 'weight decay', value: ['0', '0.01', '0.0001', '0', '0.0001'][i]! },
        { label: 'label smoothing', value: name === 'adam-smooth' ? '0.1' : '0' },
        { label: 'batchSize', value: '64' },
        { label: 'best epoch', value: `${i + 1} of 6` },
      ],
      selectionScore: selection(singles[i]!),
      scores: scoresOf(name),
    })),
    soups: [
      {
        id: 'greedy',
        name: 'greedy',
        recipe: 'greedy',
        recipeTitle: 'Greedy soup',
        summary: '3 of 5 ingredients; stopped because no remaining ingredient improves the selection score.',
        coefficients: { groups: [{ name: 'all', tensors: 'rest', weights: greedyWeights }] },
        trace: [
          ...ingredientNames.map((ingredient, i) => ({
            kind: 'ingredient-scored' as const,
            ingredient,
            score: at(singles[i]!),
          })),
          { kind: 'started', ingredient: 'adamw-5e-4', score: at(99.06) },
          { kind: 'candidate-scored', round: 1, ingredient: 'adam-1e-3', score: at(99.1) },
          { kind: 'candidate-scored', round: 1, ingredient: 'sgd-1e-2', score: at(99.04) },
          { kind: 'candidate-scored', round: 1, ingredient: 'adam-smooth', score: at(99.16) },
          { kind: 'candidate-scored', round: 1, ingredient: 'sgd-augmented', score: at(99.14) },
          { kind: 'accepted', round: 1, ingredient: 'adam-smooth', score: at(99.16) },
          { kind: 'rejected', round: 1, ingredient: 'adam-1e-3', score: at(99.1) },
          { kind: 'candidate-scored', round: 2, ingredient: 'adam-1e-3', score: at(99.14) },
          { kind: 'candidate-scored', round: 2, ingredient: 'sgd-1e-2', score: at(99.1) },
          { kind: 'candidate-scored', round: 2, ingredient: 'sgd-augmented', score: at(99.22) },
          { kind: 'accepted', round: 2, ingredient: 'sgd-augmented', score: at(99.22) },
          { kind: 'candidate-scored', round: 3, ingredient: 'adam-1e-3', score: at(99.2) },
          { kind: 'candidate-scored', round: 3, ingredient: 'sgd-1e-2', score: at(99.18) },
          { kind: 'stopped', reason: 'no remaining ingredient improves the selection score' },
        ],
        selectionScore: selection(99.22),
        scores: scoresOf('greedy'),
        exported: { file: 'exports/greedy.safetensors', sha256: 'cd'.repeat(32) },
      },
      soupOf('uniform', 'Uniform soup', [0.2, 0.2, 0.2, 0.2, 0.2], 99.16),
      soupOf('sorted greedy', 'Greedy soup', [0, 0.25, 0.25, 0.25, 0.25], 99.2),
      soupOf('performance-weighted', 'Performance-weighted soup', [0.21, 0.26, 0.16, 0.24, 0.13], 99.16),
    ],
    ensembles: [
      {
        id: 'mean-logits',
        name: 'mean logits',
        memberCount: 5,
        selectionScore: selection(99.18),
        scores: scoresOf('mean logits'),
      },
      {
        id: 'mean-probabilities',
        name: 'mean probabilities',
        memberCount: 5,
        selectionScore: selection(99.18),
        scores: scoresOf('mean probabilities'),
      },
    ],
    mainSoup: 'greedy',
    bestIngredient: 'adamw-5e-4',
    comparisons: SETS.flatMap((_, set) => [
      compare('greedy', 'adamw-5e-4', set),
      { ...compare('greedy', 'mean logits', set), second: 'mean-logits' },
    ]),
    environment: [
      { label: 'Stockpot', value: '0.1.0' },
      { label: 'Evaluated with', value: 'onnxruntime 1.30.0 cpu' },
      { label: 'Processor', value: '2 × example CPU, linux x64' },
    ],
    commands: [
      { what: 'Cook the same run again:', command: 'npx stockpot cook recipe.yml' },
      {
        what: 'Check the exported file against the ingredients, bit for bit:',
        command: 'npx stockpot verify exports/greedy.safetensors',
      },
    ],
  };
}

function soupOf(
  name: string,
  recipeTitle: string,
  weights: readonly number[],
  onSelection: number,
): ReportData['soups'][number] {
  return {
    id: name,
    name,
    recipe: name,
    recipeTitle,
    summary: 'All 5 ingredients.',
    coefficients: { groups: [{ name: 'all', tensors: 'rest', weights }] },
    trace: [],
    selectionScore: selection(onSelection),
    scores: scoresOf(name),
    exported: undefined,
  };
}
