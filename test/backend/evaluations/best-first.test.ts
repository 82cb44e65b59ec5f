import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestFirst, type Heat, type RaceTrack } from '../../../main/backend/evaluations/best-first.ts';

/** Every candidate's predictions are known beforehand: 1 where it is right, in the order of samples. */
function stadium(field: readonly (readonly number[])[], batch: number) {
  const heats: Heat[] = [];
  const run = async (some: readonly Heat[]) => {
    heats.push(...some);
    return some.map(({ candidate, from, to, mayMiss = Number.POSITIVE_INFINITY }) => {
      let [seen, missed] = [0, 0];
      for (const hit of field[candidate]!.slice(from, to)) {
        seen++;
        missed += 1 - hit;
        if (missed > mayMiss && seen % batch === 0) break;
      }
      return { seen, correct: seen - missed };
    });
  };
  return { heats, run };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The choice by scoring everything. */
function chosenOf(
  field: readonly (readonly number[])[],
  { incumbentCorrect, rule }: Pick<RaceTrack, 'incumbentCorrect' | 'rule'>,
): number | undefined {
  const totals = field.map(sum);
  const best = totals.indexOf(Math.max(...totals));
  if (best === -1) return undefined;
  return totals[best]! > incumbentCorrect || (rule === 'not-worse' && totals[best] === incumbentCorrect)
    ? best
    : undefined;
}

describe('the choice of exhaustive scoring', () => {
  const cases = fc
    .record({ samples: fc.integer({ min: 1, max: 400 }), candidates: fc.integer({ min: 0, max: 6 }) })
    .chain(({ samples, candidates }) =>
      fc.record({
        // Few different rates, so that ties are common.
        rates: fc.array(fc.constantFrom(0, 0.5, 0.9, 0.97, 1), { minLength: candidates, maxLength: candidates }),
        seeds: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: candidates, maxLength: candidates }),
        incumbentCorrect: fc.integer({ min: 0, max: samples }),
        samples: fc.constant(samples),
        longestHeat: fc.constantFrom(50, 120, 10_000),
        rule: fc.constantFrom('better' as const, 'not-worse' as const),
      }),
    );

  test('whatever the candidates predict', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rates, seeds, samples, incumbentCorrect, longestHeat, rule }) => {
        const field = rates.map((rate, c) =>
          Array.from({ length: samples }, (_, i) => (((i * 7919 + seeds[c]! * 104_729) % 1000) / 1000 < rate ? 1 : 0)),
        );
        const { run } = stadium(field, 50);
        const track = { candidates: field.length, samples, incumbentCorrect, rule, longestHeat };
        const { winner, placings } = await bestFirst(track, run);
        expect(winner).toBe(chosenOf(field, track));
        if (winner !== undefined) expect(placings[winner]).toEqual({ seen: samples, correct: sum(field[winner]!) });
        for (const [c, { seen, correct }] of placings.entries()) expect(correct).toBe(sum(field[c]!.slice(0, seen)));
      }),
      { numRuns: 300 },
    );
  });

  test('of equals the earlier one, even where the later one was ahead', async () => {
    const late = [...Array<number>(200).fill(0), ...Array<number>(800).fill(1)];
    const early = [...Array<number>(800).fill(1), ...Array<number>(200).fill(0)];
    const { run } = stadium([early, late, early], 50);
    const track = { candidates: 3, samples: 1000, incumbentCorrect: 700, rule: 'better', longestHeat: 10_000 } as const;
    expect((await bestFirst(track, run)).winner).toBe(0);
  });
});

describe('how little is run', () => {
  /** Right but for the samples given. */
  const wrongAt = (samples: number, ...wrong: readonly number[]): number[] =>
    Array.from({ length: samples }, (_, i) => (wrong.includes(i) ? 0 : 1));
  const track = { samples: 2000, incumbentCorrect: 1990, longestHeat: 10_000 } as const;

  test('a candidate that cannot come up with the incumbent is given up at once', async () => {
    const lost = wrongAt(2000, ...Array.from({ length: 10 }, (_, i) => i));
    const { run, heats } = stadium([lost, lost], 50);
    const { winner, placings } = await bestFirst({ ...track, candidates: 2, rule: 'better' }, run);
    expect(winner).toBeUndefined();
    expect(placings).toEqual([
      { seen: 50, correct: 40 },
      { seen: 50, correct: 40 },
    ]);
    expect(heats).toHaveLength(2);
  });

  test('only the best of those that are better runs to its end', async () => {
    const field = [wrongAt(2000, 1, 2, 3, 4), wrongAt(2000, 1, 2), wrongAt(2000, 1, 2)];
    const { run } = stadium(field, 50);
    const { winner, placings } = await bestFirst({ ...track, candidates: 3, rule: 'better' }, run);
    expect(winner).toBe(1);
    expect(placings.map(({ seen }) => seen)).toEqual([50, 2000, 50]);
  });

  test('nothing is run against an incumbent that is always right', async () => {
    const { run, heats } = stadium([wrongAt(2000)], 50);
    const perfect = { ...track, incumbentCorrect: 2000, candidates: 1 };
    expect((await bestFirst({ ...perfect, rule: 'better' }, run)).winner).toBeUndefined();
    expect(heats).toEqual([]);
    expect((await bestFirst({ ...perfect, rule: 'not-worse' }, run)).winner).toBe(0);
  });
});
