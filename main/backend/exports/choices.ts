import type { OutputFormat } from '../../checkpoints/output-plan.ts';
import type { Mixture } from '../../mix/mixture.ts';

interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly description: string;
}

/** What a soup can be written as. */
export const FORMATS: readonly Choice<OutputFormat>[] = [
  {
    value: 'safetensors',
    title: 'safetensors',
    description: 'One file that holds nothing but tensors and text: safe to open, quick to load, read everywhere.',
  },
  {
    value: 'pytorch-zip',
    title: 'PyTorch .pt',
    description: 'A state dict for torch.load, also with weights_only=True.',
  },
];

export const DTYPES: readonly Choice<Mixture['dtype']>[] = [
  { value: 'keep', title: 'As the ingredients', description: 'Every tensor keeps its type.' },
  { value: 'F32', title: 'float32', description: 'Four bytes a weight.' },
  { value: 'F16', title: 'float16', description: 'Two bytes a weight; large values overflow.' },
  { value: 'BF16', title: 'bfloat16', description: 'Two bytes a weight, the range of float32 with fewer digits.' },
  { value: 'F64', title: 'float64', description: 'Eight bytes a weight; no more exact than the ingredients were.' },
];
