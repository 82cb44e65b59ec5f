import { expect, test } from 'vitest';
import type { RunReplay } from '../../../preload/contract/reports.ts';
import { replayInWords } from '../../../renderer/features/run/replay-words.ts';

const equal = (total: number) => ({ total, differing: 0, differences: [] });
const replay: RunReplay = {
  at: '2026-11-24T10:00:00.000Z',
  seconds: 3,
  runtime: { before: 'onnxruntime 1.30 cpu', now: 'onnxruntime 1.30 cpu' },
  steps: { total: 12, same: true },
  coefficients: equal(5),
  scores: equal(144),
};

test('a replay that agrees says what was compared', () => {
  const { same, title, sentences } = replayInWords(replay);
  expect(same).toBe(true);
  expect(title).toBe('The same came out again, bit for bit');
  expect(sentences[0]).toContain('all 12 steps of the recipe, 5 coefficients and 144 scores');
  expect(replayInWords({ ...replay, steps: { total: 0, same: true } }).sentences[0]).toContain('anew: 5 coefficients');
});

test('one that does not says how much differs, and whether the runtime may be why', () => {
  const changed = { ...replay, scores: { ...equal(144), differing: 2 } };
  expect(replayInWords(changed)).toMatchObject({ same: false });
  expect(replayInWords(changed).sentences).toEqual([
    '0 of 5 coefficients and 2 of 144 scores differ.',
    expect.stringContaining('promises the same bits'),
  ]);
  const elsewhere = { ...changed, runtime: { before: 'onnxruntime 1.30 cuda', now: 'onnxruntime 1.30 cpu' } };
  expect(replayInWords(elsewhere).sentences.at(-1)).toContain('cooked with onnxruntime 1.30 cuda and replayed with');
  expect(replayInWords({ ...replay, steps: { total: 12, same: false } }).sentences[0]).toContain('other steps');
});
