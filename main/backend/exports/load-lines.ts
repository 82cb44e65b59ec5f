import type { OutputFormat } from '../../checkpoints/output-formats.ts';
import { assertNever } from '../../errors.ts';

/**
 * Lines of Python, imports first, that leave a state dict for PyTorch in `state`.
 * @param file the file's name or path as a Python expression
 */
export function loadLines(format: OutputFormat, file: string): readonly string[] {
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
    case 'numpy-archive':
      return [
        'import numpy',
        'import torch',
        '',
        `state = {name: torch.from_numpy(array) for name, array in numpy.load(${file}).items()}`,
      ];
    case 'onnx':
      return [
        'import onnx',
        'import torch',
        'from onnx import numpy_helper',
        '',
        `weights = onnx.load(${file}).graph.initializer`,
        'state = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in weights}',
      ];
    case 'pytorch-zip':
      return ['import torch', '', `state = torch.load(${file}, weights_only=True)`];
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
