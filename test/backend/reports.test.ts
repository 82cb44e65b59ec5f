import { expect, test } from 'vitest';
import { predictionFiles } from '../../db/repositories/prediction-files.ts';
import { verdictOn } from '../../main/backend/reports/verdict.ts';
import { withCookedBackend } from './cooked-backend.ts';

const cooked = withCookedBackend('greedy');

const verdict = () =>
  verdictOn({ files: predictionFiles(cooked.backend.database), paths: cooked.backend.paths }, cooked.details);

test('a verdict says what the report says, from what is stored', async () => {
  const { comparisons, bestIngredient } = await cooked.backend.runs.reportData(cooked.details.run.id);
  const found = verdict()!;
  expect(found).toMatchObject({ bestIngredient, chosenOn: 'selection', isBestIngredient: false });
  expect(found.comparisons).toHaveLength(comparisons.length);
  for (const { second, testSet, result } of comparisons.filter((one) => one.second === bestIngredient)) {
    expect(found.comparisons.find(({ rival, split }) => rival === second && split === testSet)).toMatchObject({
      difference: result.difference,
      interval: result.interval,
      pValue: result.pValue,
      onlySoup: result.onlyFirst,
      onlyRival: result.onlySecond,
    });
  }
});

test('a soup on fewer kept predictions is compared on fewer sets', () => {
  const files = { of: () => undefined };
  expect(verdictOn({ files, paths: cooked.backend.paths }, cooked.details)).toMatchObject({ comparisons: [] });
});

test('a run that is not finished has no verdict', () => {
  expect(
    verdictOn(
      { files: predictionFiles(cooked.backend.database), paths: cooked.backend.paths },
      { ...cooked.details, run: { ...cooked.details.run, status: 'failed' } },
    ),
  ).toBeNull();
});
