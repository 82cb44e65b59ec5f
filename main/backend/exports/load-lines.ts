import type { OutputFormat } from '../../checkpoints/output-formats.ts';
import { assertNever } from '../../errors.ts';
import { PLAINLY_STORED, type StoredTensors } from './stored-tensors.ts';

/**
 * Lines of Python, imports first, that leave a state dict for PyTorch in `state`, under the network's own names.
 * @param file the file's name or path as a Python expression
 */
export function loadLines(
  format: OutputFormat,
  file: string,
  stored: StoredTensors = PLAINLY_STORED,
): readonly string[] {
  return [...readLines(format, file, stored), ...renameLines(stored)];
}

function renameLines({ prefix, names }: StoredTensors): readonly string[] {
  if (names !== undefined) {
    return [
      'names = {',
      ...Object.entries(names).map(([written, own]) => `    ${JSON.stringify(written)}: ${JSON.stringify(own)},`),
      '}',
      'state = {names[name]: tensor for name, tensor in state.items()}',
    ];
  }
  if (prefix === '') return [];
  return [`state = {name.removeprefix(${JSON.stringify(prefix)}): tensor for name, tensor in state.items()}`];
}

/** PyTorch takes no bfloat16 from NumPy, where it is raw data or an extension's type. */
function tensorOf(
  array: string,
  { dtypes }: StoredTensors,
): { readonly lines: readonly string[]; readonly call: string } {
  if (!dtypes.has('BF16')) return { lines: [], call: `torch.from_numpy(${array})` };
  return {
    lines: [
      'def tensor_of(array):',
      '    if array.dtype.kind == "V":',
      '        return torch.from_numpy(array.view("<u2")).view(torch.bfloat16)',
      '    return torch.from_numpy(array)',
      '',
    ],
    call: `tensor_of(${array})`,
  };
}

function readLines(format: OutputFormat, file: string, stored: StoredTensors): readonly string[] {
  switch (format) {
    case 'safetensors':
      return ['from safetensors.torch import load_file', '', `state = load_file(${file})`];
    case 'safetensors-sharded':
      return [
        'import json',
        'from pathlib import Path',
        '',
        'from safetensors.torch import load_file',
        '',
        `index = Path(${file})`,
        'shards = set(json.loads(index.read_text())["weight_map"].values())',
        'state = {name: tensor for shard in shards for name, tensor in load_file(index.with_name(shard)).items()}',
      ];
    case 'numpy-archive': {
      const { lines, call } = tensorOf('array', stored);
      const read = `state = {name: ${call} for name, array in numpy.load(${file}).items()}`;
      return ['import numpy', 'import torch', '', ...lines, read];
    }
    case 'onnx': {
      const { lines, call } = tensorOf('numpy_helper.to_array(one).copy()', stored);
      return [
        'import onnx',
        'import torch',
        'from onnx import numpy_helper',
        '',
        ...lines,
        `weights = onnx.load(${file}).graph.initializer`,
        `state = {one.name: ${call} for one in weights}`,
      ];
    }
    case 'pytorch-zip': {
      const keys = stored.key === '' ? [] : stored.key.split('.');
      const below = keys.map((key) => `[${JSON.stringify(key)}]`).join('');
      return ['import torch', '', `state = torch.load(${file}, weights_only=True)${below}`];
    }
    case 'keras-h5':
    case 'tfjs':
      return [
        'from safetensors.torch import load_file',
        '',
        `# PyTorch has no reader for the format. First: stockpot merge FILE -o soup.safetensors, of ${file}`,
        'state = load_file("soup.safetensors")',
      ];
    default:
      return assertNever(format);
  }
}
