import { describe, expect, it } from 'vitest';
import type { TensorInfo } from '../../../main/checkpoints/checkpoint.ts';
import { proposeMapping } from '../../../main/checkpoints/names/propose-mapping.ts';
import { agreeOnNames, bareNames } from '../../../main/checkpoints/names/wrappers.ts';
import { tensorInfo } from '../../../main/checkpoints/tensor-size.ts';

const tensors = (shapes: Readonly<Record<string, readonly number[]>>): readonly TensorInfo[] =>
  Object.entries(shapes).map(([name, shape]) => tensorInfo(name, 'F32', shape)!);

describe('wrappers', () => {
  it('are taken away when every name has them', () => {
    const bare = bareNames(['module._orig_mod.fc.weight', 'module._orig_mod.fc.bias']);
    expect(bare).toMatchObject({ prefix: 'module._orig_mod.' });
    expect([...bare!.names.values()]).toEqual(['fc.weight', 'fc.bias']);
  });

  it('stay when one name lacks them', () => {
    expect(bareNames(['model.layers.0.weight', 'lm_head.weight'])).toMatchObject({ prefix: '' });
  });

  it('are never the whole of a name', () => {
    expect([...bareNames(['model'])!.names.values()]).toEqual(['model']);
  });

  it('of single layers are taken away wherever they stand', () => {
    expect([...bareNames(['encoder._orig_mod.0._fsdp_wrapped_module.weight'])!.names.values()]).toEqual([
      'encoder.0.weight',
    ]);
  });

  it('that tell two tensors apart stay', () => {
    expect(bareNames(['a._orig_mod.w', 'a.w'])).toBeUndefined();
  });
});

describe('names are brought to agree', () => {
  it('when only wrappers differ, whichever side has them, and the counter of an averaged model is left out', () => {
    expect(agreeOnNames(['fc.weight', 'fc.bias'], ['fc.bias', 'fc.weight'])).toEqual({
      names: undefined,
      remark: undefined,
    });
    const unwrapped = agreeOnNames(['fc.weight', 'fc.bias'], ['n_averaged', 'module.fc.bias', 'module.fc.weight']);
    expect(unwrapped?.names).toEqual({ 'fc.weight': 'module.fc.weight', 'fc.bias': 'module.fc.bias' });
    expect(unwrapped?.remark).toContain("'module.'");
    expect(unwrapped?.remark).toContain('n_averaged');
    expect(agreeOnNames(['module.fc.weight'], ['net.fc.weight'])?.names).toEqual({
      'module.fc.weight': 'net.fc.weight',
    });
  });

  it('only when nothing else differs', () => {
    expect(agreeOnNames(['fc.weight', 'fc.bias'], ['module.fc.weight'])).toBeUndefined();
    expect(agreeOnNames(['fc.weight'], ['module.fc.weight', 'module.fc.bias'])).toBeUndefined();
    expect(agreeOnNames(['fc.weight'], ['module.head.weight'])).toBeUndefined();
  });
});

describe('a mapping is proposed', () => {
  const block = (name: (layer: number, part: string) => string, parts: readonly string[]) =>
    tensors(
      Object.fromEntries(
        [0, 1, 2].flatMap((layer) =>
          parts.map((part): [string, number[]] => [
            name(layer, part),
            part.startsWith('kern') || part === 'weight2' ? [8, 8] : [8],
          ]),
        ),
      ),
    );

  it('from one framework’s batch normalisation to another’s, whatever order each writes its parts in', () => {
    const ours = block(
      (layer, part) => `layers.${layer}.bn.${part}`,
      ['weight', 'bias', 'running_mean', 'running_var'],
    );
    const theirs = block(
      (layer, part) => `batch_normalization_${layer + 1}/${part}:0`,
      ['gamma', 'beta', 'moving_mean', 'moving_variance'],
    );
    const mapping = proposeMapping(ours, theirs);
    expect(mapping.complete).toBe(true);
    expect(Object.fromEntries(mapping.pairs.map(({ name, inFile }) => [name, inFile]))).toMatchObject({
      'layers.0.bn.weight': 'batch_normalization_1/gamma:0',
      'layers.1.bn.running_mean': 'batch_normalization_2/moving_mean:0',
      'layers.2.bn.running_var': 'batch_normalization_3/moving_variance:0',
    });
  });

  it('by shape where only one has it, with what is left over named', () => {
    const ours = tensors({ 'conv.weight': [8, 3, 3, 3], 'fc.weight': [10, 8], 'fc.bias': [10] });
    const theirs = tensors({ filters: [8, 3, 3, 3], matrix: [10, 8], 'head.bias': [12] });
    const mapping = proposeMapping(ours, theirs);
    expect(mapping.pairs.map(({ name, inFile, reason }) => [name, inFile, reason])).toEqual([
      ['conv.weight', 'filters', 'shape'],
      ['fc.weight', 'matrix', 'shape'],
    ]);
    expect(mapping.missing.map(({ name }) => name)).toEqual(['fc.bias']);
    expect(mapping.extra.map(({ name }) => name)).toEqual(['head.bias']);
    expect(mapping.complete).toBe(false);
  });

  it('by order where names say nothing', () => {
    const ours = tensors({ 'a.weight': [4, 4], 'b.weight': [4, 4], 'c.weight': [4, 4] });
    const theirs = tensors({ arr_0: [4, 4], arr_1: [4, 4], arr_2: [4, 4] });
    expect(proposeMapping(ours, theirs).pairs.map(({ inFile, reason }) => [inFile, reason])).toEqual([
      ['arr_0', 'order'],
      ['arr_1', 'order'],
      ['arr_2', 'order'],
    ]);
  });

  it('and one inserted layer does not shift the others', () => {
    const ours = tensors({ 'l0.weight': [4, 4], 'l2.weight': [4, 4] });
    const theirs = tensors({ 'layer.0.kernel': [4, 4], 'layer.1.kernel': [4, 4], 'layer.2.kernel': [4, 4] });
    expect(proposeMapping(ours, theirs).pairs.map(({ inFile }) => inFile)).toEqual([
      'layer.0.kernel',
      'layer.2.kernel',
    ]);
  });
});
