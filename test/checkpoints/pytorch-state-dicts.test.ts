import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

function open(name: string, stateDict?: string): Promise<Checkpoint> {
  return openCheckpoint(fixture(`pytorch/${name}`), stateDict === undefined ? {} : { stateDict });
}

describe('the state dict of a training checkpoint is chosen:', () => {
  it.each([
    ['average.pt', 'state_dict', 'the usual key before an average'],
    ['restoration.pth', 'params', 'the weights before their average'],
    ['only-average.pth', 'params_ema', 'the average where there is nothing else'],
    ['adversarial.pt', 'generator', 'the generator'],
    ['equals.pt', 'decoder', 'of unknown keys, the first of those with the most tensors'],
    ['deep.pt', 'trainer.agents.0.policy', 'in lists inside dictionaries'],
    ['subclass-of-dict.pt', 'model', 'in a dictionary of a foreign class'],
    ['average-object.pt', 'average.shadow', 'in an object of a foreign class'],
    ['legacy-training.pt', 'model', 'in an old file'],
    ['module-in-training.pt', 'model', 'a whole module under a key'],
    ['lightning.ckpt', 'state_dict', 'what Lightning writes'],
    ['foreign.pt', 'state_dict', 'beside objects of foreign classes'],
    ['foreign-protocol-5.pt', 'state_dict', 'beside those of a newer protocol'],
    ['top-and-number.pt', '', 'the top'],
  ])('%s: %s (%s)', async (name, key) => {
    const checkpoint = await open(name);
    expect(checkpoint.stateDict).toBe(key);
    expect(checkpoint.stateDicts?.map((choice) => choice.key)).toContain(key);
    expectHolds(checkpoint, expectedWeights(`pytorch/${name}`));
    checkpoint.close();
  });
});

describe('the state dicts of a training checkpoint', () => {
  it('are listed, without what belongs to an optimizer or is a lone number', async () => {
    const checkpoint = await open('average.pt');
    expect(checkpoint.stateDicts).toEqual([
      { key: 'state_dict', tensorCount: 2 },
      { key: 'ema.state_dict', tensorCount: 2 },
    ]);
    expect(checkpoint.remarks.join('\n')).toContain("'ema.state_dict' (2 tensors)");
    checkpoint.close();
    const adversarial = await open('adversarial.pt');
    expect(adversarial.stateDicts?.map(({ key }) => key)).toEqual(['discriminator', 'generator']);
    adversarial.close();
    const lightning = await open('lightning.ckpt');
    expect(lightning.stateDicts).toEqual([{ key: 'state_dict', tensorCount: 2 }]);
    lightning.close();
  });

  it.each([
    ['average.pt', 'ema.state_dict'],
    ['adversarial.pt', 'discriminator'],
  ])('can be chosen: %s, %s', async (name, key) => {
    const checkpoint = await open(name, key);
    expect(checkpoint.stateDict).toBe(key);
    expectHolds(checkpoint, expectedWeights(`pytorch/${name} ${key}`));
    checkpoint.close();
  });

  it('are listed when another is asked for', async () => {
    const error = await rejectionOf(() => open('average.pt', 'model'));
    expect(error.code).toBe('checkpoint/no-such-state-dict');
    expect(error.kind).toBe('input');
    expect(error.what).toContain("'model'");
    expect(error.details).toEqual(["'state_dict': 2 tensors", "'ema.state_dict': 2 tensors"]);
  });

  it.each(['types.safetensors', 'pytorch/script.pt', 'sharded'])(
    'are not there to choose from in %s, except for the top',
    async (name) => {
      const error = await rejectionOf(() => openCheckpoint(fixture(name), { stateDict: 'ema' }));
      expect(error.code).toBe('checkpoint/no-such-state-dict');
      (await openCheckpoint(fixture(name), { stateDict: '' })).close();
    },
  );
});
