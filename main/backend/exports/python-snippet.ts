import type { ExportedFile } from '../../../db/repositories/exports.ts';

/** Python that loads an exported soup's tensors into a PyTorch model. */
export function pythonSnippet({ path, format }: Pick<ExportedFile, 'path' | 'format'>, architecture: string): string {
  const file = JSON.stringify(path);
  const load =
    format === 'safetensors'
      ? ['from safetensors.torch import load_file', '', `state = load_file(${file})`]
      : ['import torch', '', `state = torch.load(${file}, weights_only=True)`];
  return [
    ...load,
    `model.load_state_dict(state)  # ${architecture}, tensor names as in PyTorch`,
    'model.eval()',
    '',
  ].join('\n');
}
