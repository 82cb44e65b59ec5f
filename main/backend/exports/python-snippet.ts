import type { ExportedFile } from '../../../db/repositories/exports.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Normalization } from '../../data/split.ts';
import { assertNever } from '../../errors.ts';
import { loadLines } from './load-lines.ts';
import type { StoredTensors } from './stored-tensors.ts';

interface SnippetSubject {
  readonly file: Pick<ExportedFile, 'path' | 'format'>;
  readonly architecture: ArchitectureSpec;
  readonly stored: StoredTensors;
  /** How the images were normalised that the soup was scored on, where all agreed. */
  readonly normalization: Normalization | undefined;
}

/** Python, complete: builds the network in PyTorch and loads an exported soup into it. */
export function pythonSnippet({ file: { path, format }, architecture, stored, normalization }: SnippetSubject): string {
  const file = JSON.stringify(path);
  const loading = loadLines(format, file, stored);
  const isImport = (line: string): boolean => /^(import|from) /.test(line);
  const { imports, model } = networkOf(architecture);
  return [
    ...sortedOnce([...imports, 'import torch', ...loading.filter(isImport)]),
    '',
    ...model,
    ...loading.filter((line) => line !== '' && !isImport(line)),
    'model.load_state_dict(state)',
    'model.eval()',
    '',
    ...(normalization === undefined ? [] : [normalizationComment(normalization)]),
    `images = torch.zeros(1, ${architecture.inputShape.join(', ')})`,
    'with torch.no_grad():',
    `    logits = model(images)  # [1, ${architecture.classes}]`,
    '',
  ].join('\n');
}

interface Network {
  readonly imports: readonly string[];
  /** Ends with `model` being there. */
  readonly model: readonly string[];
}

function networkOf(architecture: ArchitectureSpec): Network {
  switch (architecture.family) {
    case 'mlp':
      return sequential(mlpLayers(architecture));
    case 'cnn':
      return sequential(cnnLayers(architecture));
    case 'resnet':
      return resnet(architecture);
    default:
      return assertNever(architecture);
  }
}

type Layer = readonly [name: string, module: string];

/** Modules under the names that their tensors have in the file. */
function sequential(layers: readonly Layer[]): Network {
  return {
    imports: ['from collections import OrderedDict', 'from torch import nn'],
    model: [
      'model = nn.Sequential(OrderedDict([',
      ...layers.map(([name, module]) => `    ("${name}", nn.${module}),`),
      ']))',
    ],
  };
}

function mlpLayers({ inputShape, hidden, classes }: Extract<ArchitectureSpec, { family: 'mlp' }>): readonly Layer[] {
  const widths = [inputShape.reduce((product, extent) => product * extent, 1), ...hidden];
  return [
    ['flatten', 'Flatten()'],
    ...hidden.flatMap((width, index): readonly Layer[] => [
      [`fc${index + 1}`, `Linear(${widths[index]}, ${width})`],
      [`relu${index + 1}`, 'ReLU()'],
    ]),
    ['classifier', `Linear(${widths.at(-1)}, ${classes})`],
  ];
}

function cnnLayers(spec: Extract<ArchitectureSpec, { family: 'cnn' }>): readonly Layer[] {
  const { inputShape, channels, hidden, classes } = spec;
  const [inputChannels = 1, height = 1, width = 1] = inputShape;
  const depths = [inputChannels, ...channels];
  const halved = (extent: number): number => Math.floor(extent / 2 ** channels.length);
  const flat = depths.at(-1)! * halved(height) * halved(width);
  const head: readonly Layer[] =
    hidden > 0
      ? [
          ['fc1', `Linear(${flat}, ${hidden})`],
          ['relu_fc1', 'ReLU()'],
        ]
      : [];
  return [
    ...channels.flatMap((depth, index): readonly Layer[] => [
      [`conv${index + 1}`, `Conv2d(${depths[index]}, ${depth}, 3, padding=1, bias=False)`],
      [`bn${index + 1}`, `BatchNorm2d(${depth})`],
      [`relu${index + 1}`, 'ReLU()'],
      [`pool${index + 1}`, 'MaxPool2d(2)'],
    ]),
    ['flatten', 'Flatten()'],
    ...head,
    ['classifier', `Linear(${hidden > 0 ? hidden : flat}, ${classes})`],
  ];
}

/** torchvision's own, which takes three channels unless its first layer is another. */
function resnet({ depth, inputShape, classes }: Extract<ArchitectureSpec, { family: 'resnet' }>): Network {
  const [channels = 3] = inputShape;
  const build = [`model = resnet${depth}(num_classes=${classes})`];
  const from = `from torchvision.models import resnet${depth}`;
  if (channels === 3) return { imports: [from], model: build };
  const first = `model.conv1 = nn.Conv2d(${channels}, 64, 7, stride=2, padding=3, bias=False)`;
  return { imports: ['from torch import nn', from], model: [...build, first] };
}

/** The standard library's first, then whole modules, as Python's own style has it. */
function sortedOnce(imports: readonly string[]): readonly string[] {
  const rank = (line: string): number => (line.includes(' collections ') ? 0 : line.startsWith('import ') ? 1 : 2);
  return [...new Set(imports)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function normalizationComment({ mean, std }: Normalization): string {
  return `# Pixel values 0 to 1, less ${mean.join(', ')}, divided by ${std.join(', ')} (by channel).`;
}
