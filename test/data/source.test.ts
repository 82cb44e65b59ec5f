import { describe, expect, it } from 'vitest';
import { parseDataSource, resolveSource } from '../../main/data/source.ts';

describe('a data source in a recipe file', () => {
  it('names a format, files, rows, corruption and normalization', () => {
    const given = {
      format: 'idx',
      images: 'data/images.gz',
      labels: '/abs/labels',
      rows: { from: 0, to: 10, shuffle: 3, stratified: true },
      corruption: { kind: 'shot-noise', severity: 3 },
      normalization: { mean: [0.5], std: [0.25] },
    };
    const source = parseDataSource(given, 'recipe.yml, test');
    expect(source).toEqual({ ...given, corruption: { kind: 'shot-noise', severity: 3, seed: 0 } });
    expect(resolveSource(source, '/recipes')).toMatchObject({
      images: '/recipes/data/images.gz',
      labels: '/abs/labels',
    });
  });

  it.each([
    [{ format: 'csv' }, /format/],
    [{ format: 'idx', images: 'a' }, /labels/],
    [{ format: 'idx', images: 'a', labels: 'b', rows: { from: 5, to: 5 } }, /rows\.to: to must be greater than from/],
    [{ format: 'mnist', part: 'test', corruption: { kind: 'fog', severity: 3 } }, /corruption\.kind/],
    [{ format: 'mnist', part: 'test', corruption: { kind: 'blur', severity: 6 } }, /corruption\.severity/],
    [{ format: 'mnist', part: 'test', imges: 'typo' }, /imges/],
    [{ format: 'mnist', part: 'test', normalization: { mean: [0], std: [0] } }, /normalization\.std/],
    ['mnist', /./],
  ])('is refused with the place of the mistake: %j', (given, detail) => {
    expect(() => parseDataSource(given, 'recipe.yml')).toThrow(
      expect.objectContaining({ code: 'data/bad-source', details: [expect.stringMatching(detail)] }),
    );
  });
});
