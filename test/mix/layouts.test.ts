import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashCheckpoint } from '../../main/checkpoints/hash.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { plainMixture } from '../../main/mix/mixture.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { anyMetadata, anyWeights } from '../checkpoints/arbitrary-weights.ts';
import { fixture } from '../checkpoints/fixtures.ts';
import { network, singles, TemporaryFolder } from './temporary-checkpoints.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function soupOf(paths: readonly string[], weights = paths.map(() => 1 / paths.length)) {
  return plainMixture(
    paths.map((path) => ({ path, sha256: '' })),
    weights,
  );
}

function pair(name = 'safetensors'): readonly string[] {
  return [1, 2].map((seed) => folder.checkpoint(`${seed}.${name}`, network(seed)));
}

async function opened<T>(
  path: string,
  look: (checkpoint: Awaited<ReturnType<typeof openCheckpoint>>) => T,
): Promise<T> {
  const checkpoint = await openCheckpoint(path);
  try {
    return look(checkpoint);
  } finally {
    checkpoint.close();
  }
}

describe('a soup in place of another', () => {
  const path = (): string => folder.file('soup/model.safetensors.index.json');
  const writeIn = (shardBytes: number, ingredients = pair()) => {
    mkdirSync(folder.file('soup'), { recursive: true });
    return writeMixture(soupOf(ingredients), { path: path(), layout: { shardBytes } });
  };
  const names = (): readonly string[] => readdirSync(folder.file('soup')).toSorted();

  test('takes the old shards away, and leaves all else', async () => {
    await writeIn(1000);
    const old = names();
    expect(old).toHaveLength(4);
    writeFileSync(folder.file('soup/model-00009-of-00009.safetensors'), 'of nobody');
    await writeIn(1e9);
    expect(names()).toEqual([
      'model-00001-of-00001.safetensors',
      'model-00009-of-00009.safetensors',
      'model.safetensors.index.json',
    ]);
    expect((await verifyMixture(soupOf(pair()), path())).identical).toBe(true);
  });

  test('keeps shards that another index names', async () => {
    await writeIn(1000);
    cpSync(path(), folder.file('soup/copy.safetensors.index.json'));
    await writeIn(1e9);
    expect(names()).toHaveLength(6);
    expect((await verifyMixture(soupOf(pair()), folder.file('soup/copy.safetensors.index.json'))).identical).toBe(true);
  });

  test('is refused where an old shard is an ingredient', async () => {
    await writeIn(1000);
    cpSync(path(), folder.file('one.safetensors.index.json'));
    for (const name of names()) linkSync(folder.file(`soup/${name}`), folder.file(name));
    await expect(writeIn(1e9, [folder.file('one.safetensors.index.json')])).rejects.toMatchObject({
      code: 'mix/output-is-ingredient',
    });
    expect(names()).toHaveLength(4);
  });
});

describe('a soup in shards', () => {
  test('is the same tensors, no shard larger than the limit unless one tensor is, and verifies', async () => {
    const soup = soupOf(pair());
    const path = folder.file('model.safetensors.index.json');
    const report = await writeMixture(soup, {
      path,
      layout: { shardBytes: 1000 },
      metadata: { format: 'pt', told: 'yes' },
    });
    expect(report.files.map((file) => basename(file))).toEqual([
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      'model.safetensors.index.json',
    ]);
    const { weights, metadata } = await opened(path, (file) => ({
      weights: new Map(readWeights(file)),
      metadata: file.metadata,
    }));
    expect(weights).toEqual(new Map(await mixInMemory(soup)));
    const total = [...weights.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(metadata).toEqual({ format: 'pt', told: 'yes', total_size: String(total) });
    const index = JSON.parse(readFileSync(path, 'utf8')) as { readonly weight_map: Record<string, string> };
    expect(Object.keys(index.weight_map)).toEqual(Object.keys(index.weight_map).toSorted());
    expect(await verifyMixture(soup, path)).toMatchObject({ identical: true });
  });

  test('any tensors come back bit for bit, whatever the limit', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        anyWeights().filter(({ size }) => size > 0),
        anyMetadata(),
        fc.integer({ min: 1, max: 3000 }),
        async (weights, metadata, shardBytes) => {
          const path = folder.file(`${n++}.safetensors.index.json`);
          writeCheckpoint(path, 'safetensors-sharded', weights, metadata, { shardBytes });
          expect(await opened(path, (file) => new Map(readWeights(file)))).toEqual(new Map(weights));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is known by the hashes of its shards', async () => {
    const path = folder.file('model.safetensors.index.json');
    await writeMixture(soupOf(pair()), { path, layout: { shardBytes: 1000 } });
    const first = await opened(path, (file) => hashCheckpoint(file));
    const other = folder.file('other.safetensors.index.json');
    await writeMixture(soupOf(pair()), { path: other, layout: { shardBytes: 1000 } });
    expect(await opened(other, (file) => hashCheckpoint(file))).toBe(await first);
  });

  test('has no shards that no reader would open', async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`w${i}`, singles([1], [i])]));
    const soup = soupOf([folder.checkpoint('many.safetensors', many)]);
    const attempt = writeMixture(soup, { path: folder.file('m.safetensors.index.json'), layout: { shardBytes: 4 } });
    await expect(attempt).rejects.toMatchObject({ code: 'checkpoint/too-many-shards' });
  });
});

describe('a PyTorch soup', () => {
  test.each([{ wrap: 'state_dict', prefix: 'module.' }, { wrap: 'a.state_dict' }, { prefix: 'net.' }])(
    'has the wrapper %o that was asked for, and verifies',
    async (layout) => {
      const soup = soupOf(pair());
      const path = folder.file('soup.pt');
      await writeMixture(soup, { path, layout });
      const found = await opened(path, (file) => ({ key: file.stateDict ?? '', weights: readWeights(file) }));
      const expected = [...(await mixInMemory(soup))].map(
        ([name, value]) => [`${layout.prefix ?? ''}${name}`, value] as const,
      );
      expect([...found.weights]).toEqual(expected);
      expect(found.key).toBe(layout.wrap ?? '');
      expect(await verifyMixture(soup, path)).toMatchObject({ identical: true });
    },
  );

  test('takes key and names from the first ingredient, however that was read', async () => {
    const names = Object.fromEntries(Object.keys(network(1)).map((name) => [name, `module.${name}`]));
    const wrapped = [1, 2].map((seed) => {
      const path = folder.file(`wrapped-${seed}.pt`);
      writeCheckpoint(
        path,
        'pytorch-zip',
        new Map(Object.entries(network(seed))),
        {},
        { wrap: 'model', prefix: 'module.' },
      );
      return path;
    });
    const soup = plainMixture(
      wrapped.map((path) => ({ path, sha256: '', reading: { names } })),
      [0.5, 0.5],
    );
    const path = folder.file('soup.pt');
    await writeMixture(soup, { path, layout: { likeFirst: true } });
    const found = await opened(path, (file) => ({ key: file.stateDict, names: [...file.tensors.keys()] }));
    expect(found).toEqual({ key: 'model', names: Object.values(names) });
    expect(await verifyMixture(soup, path)).toMatchObject({ identical: true });
  });

  test('keeps tied tensors tied where all ingredients have them so', async () => {
    const tied = fixture('pytorch/tied.pt');
    const path = folder.file('soup.pt');
    const soup = soupOf([tied, tied], [0.5, 0.5]);
    await writeMixture(soup, { path });
    const shared = await opened(path, (file) => file.sharedStorages ?? []);
    expect(shared).toEqual([{ tensors: ['embed', 'head'], tied: true }]);
    expect(await verifyMixture(soup, path)).toMatchObject({ identical: true });
    const loose = folder.file('loose.pt');
    writeCheckpoint(loose, 'pytorch-zip', await opened(tied, (file) => readWeights(file)));
    await writeMixture(soupOf([tied, loose]), { path: folder.file('free.pt') });
    expect(await opened(folder.file('free.pt'), (file) => file.sharedStorages ?? [])).toEqual([]);
  });
});

describe('an output', () => {
  test('is refused where it has no such choice', async () => {
    const attempt = writeMixture(soupOf(pair()), { path: folder.file('a.safetensors'), layout: { wrap: 'model' } });
    await expect(attempt).rejects.toMatchObject({ code: 'checkpoint/unwritable-option', where: '--wrap' });
  });

  test('never replaces an ingredient, also through links and as one of several files', async () => {
    const paths = pair();
    const soup = soupOf(paths);
    symlinkSync(paths[0]!, folder.file('link.safetensors'));
    linkSync(paths[1]!, folder.file('m-00001-of-00001.safetensors'));
    const before = readdirSync(folder.path);
    for (const name of ['link.safetensors', 'm.safetensors.index.json', '2.safetensors']) {
      const attempt = writeMixture(soup, { path: folder.file(name) });
      await expect(attempt).rejects.toMatchObject({ code: 'mix/output-is-ingredient' });
    }
    expect(readdirSync(folder.path)).toEqual(before);
  });

  test('replaces none of several files unasked', async () => {
    const soup = soupOf(pair());
    writeFileSync(folder.file('m-00001-of-00001.safetensors'), 'earlier');
    const path = folder.file('m.safetensors.index.json');
    await expect(writeMixture(soup, { path, replace: false })).rejects.toMatchObject({ code: 'mix/output-exists' });
    expect(readFileSync(folder.file('m-00001-of-00001.safetensors'), 'utf8')).toBe('earlier');
    await writeMixture(soup, { path });
    expect(await verifyMixture(soup, path)).toMatchObject({ identical: true });
  });
});
