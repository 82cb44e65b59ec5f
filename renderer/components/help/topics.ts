/** Help on a page, or on something on it that has to be understood to be trusted. */
export interface HelpTopic {
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** Where it comes from: paper and section, or documentation. */
  readonly sources: readonly string[];
}

const SOUPS =
  'M. Wortsman et al., “Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time”, ICML 2022';

/** Every topic. Those of pages come first; each page names its own. */
export const HELP_TOPICS = {
  projects: {
    title: 'Projects',
    text: [
      'A project is one question: of these fine-tuned checkpoints of one architecture, which mixture is best on my data, and is it really better? It keeps the ingredients, the splits and every run.',
      'Files of checkpoints stay where they are; a project remembers their content by hash. Exported as one file, it takes them along.',
    ],
    sources: ['Stockpot’s guide, “Begin a project”'],
  },
  overview: {
    title: 'Overview',
    text: [
      'Whether a soup beats the best single ingredient, by how much, and how sure that is. The ingredient is the one you would have taken without a soup: the best on the selection split, never the best on the test set, which would be chosen with the answer in hand.',
      'The interval is of the difference on the same samples (paired). If it holds zero, the data cannot tell the two apart.',
    ],
    sources: [
      'B. Efron, R. Tibshirani, “An Introduction to the Bootstrap”, 1993, chapter 13',
      'Stockpot’s guide, “Is my soup better?”',
    ],
  },
  ingredients: {
    title: 'Ingredients',
    text: [
      'Checkpoints of one architecture, fine-tuned from one common ancestor: those can be averaged. Networks trained from different random starts have the same shape, but lie in different basins, and their average is useless.',
      'The preflight of an import says what does not fit, tensor by tensor, before anything is stored.',
    ],
    sources: [
      'B. Neyshabur, H. Sedghi, C. Zhang, “What is being transferred in transfer learning?”, NeurIPS 2020, section 3.3',
      `${SOUPS}, section 2`,
    ],
  },
  data: {
    title: 'Data',
    text: [
      'Ingredients learn from “train”. Recipes look at “selection” to choose and to weigh. “test” is scored when everything has been decided; only its scores are honest ones.',
      'A score on samples that were seen before flatters. Splits are therefore compared, byte for byte and, on request, for samples that merely look alike.',
    ],
    sources: [
      'T. Hastie, R. Tibshirani, J. Friedman, “The Elements of Statistical Learning”, 2nd edition, sections 7.2 and 7.10.2',
      'D. Hendrycks, T. Dietterich, “Benchmarking neural network robustness to common corruptions and perturbations”, ICLR 2019 (kinds and severities of damage)',
    ],
  },
  kitchen: {
    title: 'Kitchen',
    text: [
      'A recipe says what to do with the ingredients; most end in a small table of weights. Every recipe and option has its source beside it. Form and file say the same: what is changed in one changes in the other.',
      'The estimate counts forward passes that are not known yet: outputs are kept, and nothing is computed twice.',
    ],
    sources: [`${SOUPS}, section 2, recipes 1 and 2`, 'Stockpot’s guide, “Cook a soup”'],
  },
  runs: {
    title: 'Runs',
    text: [
      'Everything that was cooked, a row each. Filter by an expression (“recipe = greedy and test > 98”), sort by several columns with Shift, pin a baseline, and keep what you see as a view; the address holds it all.',
      'Grouped over seeds, each figure is a mean with its 95 % interval by Student’s t over the runs of the group.',
    ],
    sources: ['Student, “The probable error of a mean”, Biometrika 6, 1908', 'Stockpot’s guide, “Find a run”'],
  },
  run: {
    title: 'A run',
    text: [
      'What the recipe tried on the selection split and what it took, the weights it came to, and every score. The verdict compares the soup with the best single ingredient on the same test samples.',
      'A replay cooks the same recipe again and compares every figure; verifying an exported file recomputes it from the ingredients and compares bit for bit.',
    ],
    sources: [`${SOUPS}, section 2`, 'Stockpot’s architecture, “How a soup is cooked” and “Sums are deterministic”'],
  },
  compare: {
    title: 'Compare',
    text: [
      'Ingredients, soups and ensembles on the same samples, against one baseline. An interval of a single score says how well that score is known; whether two differ is told by the paired test, which is much sharper.',
      'An ensemble averages the outputs of several networks and costs as many passes; a soup costs one.',
    ],
    sources: [
      `${SOUPS}, section 3`,
      'R. Taori et al., “Measuring robustness to natural distribution shifts in image classification”, NeurIPS 2020, section 2 (clean against shifted)',
    ],
  },
  origin: {
    title: 'Where a soup comes from',
    text: [
      'A file that Stockpot exported carries its recipe, the hashes of its ingredients and its scores. What is told here is what the file says of itself; verifying it recomputes it from the ingredients and compares bit for bit.',
    ],
    sources: ['Stockpot’s architecture, “How a soup is cooked”, step 6', 'Stockpot’s formats, “Written”'],
  },
  settings: {
    title: 'Settings',
    text: [
      'Evaluation runs on ONNX Runtime, training on TensorFlow.js. Both execute the same graphs, so that each checks the other. A device that cannot be used says what is missing.',
      'Kept predictions and prepared data can be computed again and may be cleared; projects, runs and trained ingredients are never touched by that.',
    ],
    sources: ['Stockpot’s architecture, “Decisions, with their reasons”', 'onnxruntime.ai/docs/execution-providers'],
  },
  'paired-tests': {
    title: 'Is a difference real?',
    text: [
      'Both networks saw the same samples, so only those count on which they disagree. For accuracy McNemar’s exact test asks how likely so lopsided a disagreement is if neither is better. For other metrics the samples are drawn again with replacement, thousands of times, both networks on the same draw: the interval is where 95 % of the differences fall.',
      'Of many comparisons some look significant by chance; p is therefore adjusted for all that are shown (Holm). “Undecided” is no proof that two are equal: more samples may tell.',
    ],
    sources: [
      'Q. McNemar, Psychometrika 12, 1947; in its exact form, A. Agresti, “Categorical Data Analysis”, 3rd edition, section 11.1',
      'B. Efron, R. Tibshirani, “An Introduction to the Bootstrap”, 1993, chapters 13 and 16',
      'S. Holm, “A simple sequentially rejective multiple test procedure”, 1979',
    ],
  },
  'shared-samples': {
    title: 'Shared and near-identical samples',
    text: [
      'Shared: the same bytes, or the same row of one file however it was damaged since. Near-identical: a correlation of the pixels of 0.99 or more at the best of nine shifts of up to one pixel, so that brightness, contrast, slight noise and a small move hide nothing. Every pair of samples is considered: what is not looked at is ruled out by a lower bound of its distance.',
      'The threshold was measured: of MNIST’s 10,000 test digits one is that near to any of the 60,000 training digits. What is found has to be judged by eye.',
    ],
    sources: [
      'B. Barz, J. Denzler, “Do we train on test data? Purging CIFAR of near-duplicates”, Journal of Imaging 6, 2020, sections 3 and 4',
      'J. P. Lewis, “Fast normalized cross-correlation”, 1995, section 2',
    ],
  },
  ancestry: {
    title: 'Do they share an ancestor?',
    text: [
      'Networks that were fine-tuned from the same weights can usually be averaged; those trained from different random starts cannot: their hidden units have no common order. Each tensor is judged by itself, by how far its inner product exceeds what a random order of the units would give. Half of the tensors related: same ancestor; a fifth or fewer: different; in between nothing is claimed.',
      'Told wrongly or not at all: 0 of 237 pairs that had no part in setting the thresholds. A shared ancestor is no promise, though: only scoring the soup tells whether it is good.',
      'What was trained apart can be aligned: “stockpot align” rearranges the hidden channels of files, without changing what a network computes. In the kitchen the recipe “chain” does it while cooking, with “align” as its first step and a soup as its second. An average of aligned networks is far better than one of unaligned ones, and often still worse than the networks themselves.',
    ],
    sources: [
      'B. Neyshabur, H. Sedghi, C. Zhang, “What is being transferred in transfer learning?”, NeurIPS 2020, sections 3.3 and 3.4',
      'W. Hoeffding, “A combinatorial central limit theorem”, Annals of Mathematical Statistics 22, 1951',
      'S. Ainsworth, J. Hayase, S. Srinivasa, “Git Re-Basin: merging models modulo permutation symmetries”, ICLR 2023, sections 2 and 5',
      'Stockpot’s ancestry and alignment, with all figures',
    ],
  },
  verdict: {
    title: 'Is the soup better?',
    text: [
      'The soup is set against the ingredient that you would have taken without it: the best on the selection split, known before any test sample was looked at. The best on the test set would be chosen with the answer in hand, and flatter itself.',
      'Both saw the same samples, so the difference is judged pair by pair: for accuracy by McNemar’s exact test, for other metrics by drawing the samples again. The interval holds 95 % of what chance would make of the difference; where it holds zero, the data cannot tell the two apart, and more samples may.',
    ],
    sources: [
      'Q. McNemar, Psychometrika 12, 1947; in its exact form, A. Agresti, “Categorical Data Analysis”, 3rd edition, section 11.1',
      'B. Efron, R. Tibshirani, “An Introduction to the Bootstrap”, 1993, chapters 13 and 16',
      'Stockpot’s guide, “Is my soup better?”',
    ],
  },
  cost: {
    title: 'What cooking costs',
    text: [
      'A pass is one network over all samples of one split. While a recipe decides it asks for passes over the selection split: of each ingredient, and of the mixtures that it tries. Some recipes try more the more often a mixture helps; the smaller number is of the luckiest course, the larger one of the longest. Afterwards soup and ingredients pass over every test set.',
      'Outputs are kept: a pass whose outcome is known is left out. Ensembles average kept outputs and cost none; neither do averages whose weights are given, until they are scored.',
      'Time is what passes took in this project before; without any it is “not timed yet”. Memory is of all engines together: the program, the ingredients and images that each keeps, and the mixture that it tries.',
    ],
    sources: [
      `${SOUPS}, section 2 (the greedy soup scores each ingredient once)`,
      'Stockpot’s architecture, “How a soup is cooked”, step 4',
    ],
  },
  trace: {
    title: 'What a recipe tried',
    text: [
      'Each point is one mixture, scored on the selection split by what the recipe chooses by. The line is the best so far. A greedy soup starts from the best ingredient and keeps what helps; because it looks at the selection split so often, its score there is a little too good, and only the test sets count.',
    ],
    sources: [`${SOUPS}, recipe 1 and section 3.1`],
  },
} as const satisfies Readonly<Record<string, HelpTopic>>;

export type HelpName = keyof typeof HELP_TOPICS;
