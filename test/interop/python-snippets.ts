/**
 * Soups written in every way that Python loads them, for snippets.py: into FOLDER (the only argument), beside `soup.safetensors`, which
 * is the same soup in float32. Prints [{"name", "dtype", "text"}], the text as "copy as Python" gives it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { pythonSnippet } from '../../main/backend/exports/python-snippet.ts';
import { storedTensors } from '../../main/backend/exports/stored-tensors.ts';
import {
  type LayoutOptions,
  OUTPUT_FORMATS,
  type OutputFormat,
  outputFacts,
} from '../../main/checkpoints/output-formats.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { writeMixture } from '../../main/mix/write.ts';

const spec = { family: 'cnn', inputShape: [1, 8, 8], channels: [4, 8], hidden: 16, classes: 3 } as const;
const { graph, parameters } = buildArchitecture(spec);
const folder = process.argv[2]!;

/** Python has readers for these. */
const FORMATS = OUTPUT_FORMATS.filter((format) => format !== 'keras-h5' && format !== 'tfjs');
const DTYPES = ['F32', 'F16', 'BF16'] as const;
const LAYOUTS: readonly LayoutOptions[] = [{}, { wrap: 'state_dict' }, { wrap: 'ema.model' }, { prefix: 'module.' }];

/** Written under names of its own by another program. */
const names = Object.fromEntries(
  parameters.map(({ name }, index) => [name, `layer ${index}.${name.split('.').at(-1)}`]),
);

const paths = [1, 2].map((seed) => join(folder, `ingredient-${seed}.pt`));
for (const [index, path] of paths.entries()) {
  const weights = initialWeights(buildArchitecture(spec), index + 1);
  const named = index === 0 ? new Map([...weights].map(([name, value]) => [names[name]!, value])) : weights;
  writeCheckpoint(path, 'pytorch-zip', named, {}, index === 0 ? { wrap: 'net' } : {});
}
const mixture = plainMixture(
  paths.map((path, index) => ({ path, sha256: '', ...(index === 0 ? { reading: { names } } : {}) })),
  [0.5, 0.5],
);
await writeMixture(mixture, { path: join(folder, 'soup.safetensors') });

async function variant(format: OutputFormat, dtype: Mixture['dtype'], layout: LayoutOptions) {
  const name = [format, dtype, ...Object.entries(layout).map((option) => option.join('='))].join(' ');
  const path = join(folder, name.replaceAll(' ', '-'), `soup${outputFacts(format).extensions[0]}`);
  mkdirSync(join(path, '..'));
  await writeMixture({ ...mixture, dtype }, { path, layout, graph });
  const stored = await storedTensors(path, spec, names);
  return {
    name,
    dtype,
    text: pythonSnippet({ file: { path, format }, architecture: spec, stored, normalization: undefined }),
  };
}

const variants: object[] = [];
for (const format of FORMATS) {
  const { options } = outputFacts(format);
  const layouts = [...LAYOUTS, { likeFirst: true }, { shardBytes: 2000 }].filter((layout) =>
    Object.keys(layout).every((option) => (options as readonly string[]).includes(option)),
  );
  for (const dtype of DTYPES) for (const layout of layouts) variants.push(await variant(format, dtype, layout));
}
console.log(JSON.stringify(variants));
