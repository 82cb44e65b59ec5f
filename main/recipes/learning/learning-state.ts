import { z } from 'zod';
import { StockpotError } from '../../errors.ts';
import type { KeptState } from '../recipe.ts';

const numbers = z.array(z.number()).readonly();

const score = z.object({ correct: z.number(), total: z.number(), accuracy: z.number(), loss: z.number() });

const epochStep = z.object({
  kind: z.literal('epoch'),
  epoch: z.int(),
  of: z.int(),
  loss: z.number(),
  score: score.optional(),
  best: z.boolean(),
});

/** A learning between two minibatches: with it the rest goes as if nothing had happened. What is random follows from seed and epoch. */
const learningState = z.object({
  version: z.literal(1),
  /** What differentiates; another would not go on bit for bit. */
  runtime: z.string(),
  parameters: numbers,
  logitScale: z.number(),
  adam: z.object({ steps: z.int(), first: numbers, second: numbers }),
  /** Epochs that are finished, and what was told of them. */
  epochs: z.array(epochStep).readonly(),
  /** Of the present epoch: samples seen, and their losses added up. */
  seen: z.int(),
  lossSum: z.number(),
  /** Before the first epoch: 0. `score` is absent where nothing is held out; its accuracy means nothing where labels are not looked at. */
  best: z.object({ epoch: z.int(), parameters: numbers, logitScale: z.number(), score: score.optional() }),
  /** On what is held out, before the first step. */
  start: score.optional(),
});

export type LearningState = z.output<typeof learningState>;

/**
 * Where an earlier attempt got to; undefined where there was none, or where another runtime made it.
 * @throws StockpotError `recipe/damaged-state`, and as `KeptState.read`
 */
export function readLearningState(kept: KeptState, runtime: string): LearningState | undefined {
  const found = kept.read();
  if (found === undefined) return undefined;
  const parsed = learningState.safeParse(found);
  if (!parsed.success) {
    throw new StockpotError({
      code: 'recipe/damaged-state',
      what: 'What was kept of the interrupted run is not what this recipe keeps',
      details: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
      remedy: 'Cook it anew: with another seed it is a run of its own.',
    });
  }
  return parsed.data.runtime === runtime ? parsed.data : undefined;
}
