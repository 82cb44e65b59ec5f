import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fuzzer } from '../../bench/fuzz/fuzzer.ts';
import { outcomeOf as damageOutcomeOf } from '../../bench/fuzz/outcome.ts';
import { findSubjects } from '../../bench/fuzz/subjects.ts';
import { SourceFile } from '../../main/checkpoints/source-file.ts';
import { readZipDirectory } from '../../main/checkpoints/zip-directory.ts';
import { Random } from '../../main/random.ts';
import { writeTorchArchive } from './archives.ts';
import { fixture } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `read`, or the code of the typed error. Anything else is thrown. */
async function outcomeOf(path: string): Promise<string> {
  const outcome = await damageOutcomeOf(path);
  return outcome.kind === 'read' ? 'read' : outcome.code;
}

/** One to three bytes changed, seeded. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const changes = 1 + random.integer(3);
  for (let change = 0; change < changes; change += 1) copy[random.integer(copy.length)] = random.integer(256);
  return copy;
}

/** Changes a file in place, which is much faster than writing it anew. */
function overwrite(path: string, bytes: Uint8Array, offset = 0): void {
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, offset);
  closeSync(descriptor);
}

function pickleOf(name: string): { pickle: Uint8Array; storages: readonly Uint8Array[] } {
  const file = SourceFile.open(fixture(name));
  const records = readZipDirectory(file);
  const bytesOf = (suffix: string): Uint8Array | undefined => {
    const record = [...records.values()].find((candidate) => candidate.name.endsWith(suffix));
    return record === undefined ? undefined : file.bytes(record.dataOffset, record.size);
  };
  const storages: Uint8Array[] = [];
  for (let bytes = bytesOf('/data/0'); bytes !== undefined; bytes = bytesOf(`/data/${storages.length}`))
    storages.push(bytes);
  const pickle = bytesOf('/data.pkl')!;
  file.close();
  return { pickle, storages };
}

const FILES = [
  'types.safetensors',
  'shapes.safetensors',
  'types.pt',
  'views.pt',
  'training.pt',
  'numpy/big-endian.npy',
  'numpy/shapes.npz',
  'numpy/streamed.npz',
];

/** Other forms that PyTorch writes. */
const OTHER_FORMS = [
  'legacy-types.pt',
  'legacy-views.pt',
  'legacy-storage-views.pt',
  'module-legacy.pt',
  'tar.pt',
  'script.pt',
  'module.pt',
  'lightning.ckpt',
  'foreign.pt',
];

describe('a file cut off anywhere', () => {
  it.each(FILES)('%s ends in a typed error at every length', async (name) => {
    const whole = readFileSync(fixture(name));
    const path = join(folder, basename(name));
    writeFileSync(path, whole);
    for (let length = whole.length - 1; length >= 0; length -= 1) {
      truncateSync(path, length);
      expect(await outcomeOf(path), `at ${length} bytes`).toMatch(
        length === 0 ? 'checkpoint/empty' : /^checkpoint\/(truncated|malformed-archive)$/,
      );
    }
  });
});

describe('a file of another form that is cut off anywhere', () => {
  it.each(OTHER_FORMS)('%s ends in a typed error', async (name) => {
    const whole = readFileSync(fixture(`pytorch/${name}`));
    const path = join(folder, name);
    writeFileSync(path, whole);
    // Behind its end, a tar archive is filled up with zeros.
    const end = name === 'tar.pt' ? whole.findLastIndex((byte) => byte !== 0) : whole.length - 1;
    for (let length = end; length > 0; length -= 1 + Math.floor(length / 2000)) {
      truncateSync(path, length);
      expect(await outcomeOf(path), `at ${length} bytes`).toMatch(
        /^checkpoint\/(truncated|malformed-archive|mislabelled)$/,
      );
    }
  });
});

describe('a file with changed bytes', () => {
  it.each(['onnx/raw.onnx', 'onnx/typed.onnx', 'onnx/nested.onnx', 'onnx/external/model.onnx'])(
    '%s is read or ends in a typed error',
    async (name) => {
      const whole = readFileSync(fixture(name));
      const path = join(folder, basename(name));
      const random = new Random(20261126);
      writeFileSync(path, whole);
      for (let round = 0; round < 1500; round += 1) {
        overwrite(path, damaged(whole, random));
        await outcomeOf(path);
      }
    },
  );

  it.each(OTHER_FORMS)('%s of another form is read or ends in a typed error', async (name) => {
    const whole = readFileSync(fixture(`pytorch/${name}`));
    const path = join(folder, name);
    const random = new Random(20261125);
    writeFileSync(path, whole);
    for (let round = 0; round < 1500; round += 1) {
      overwrite(path, damaged(whole, random));
      await outcomeOf(path);
    }
  });

  it.each(FILES)('%s is read or ends in a typed error', async (name) => {
    const whole = readFileSync(fixture(name));
    const path = join(folder, basename(name));
    const random = new Random(20261124);
    writeFileSync(path, whole);
    for (let round = 0; round < 3000; round += 1) {
      overwrite(path, damaged(whole, random));
      await outcomeOf(path);
    }
  });

  it.each([
    'types.pt',
    'views.pt',
    'training.pt',
    'protocol-4.pt',
    'pytorch/module.pt',
    'pytorch/foreign-protocol-5.pt',
  ])('%s is, with only its pickle changed', async (name) => {
    const { pickle, storages } = pickleOf(name);
    const path = join(folder, basename(name));
    const random = new Random(7);
    const outcomes = new Set<string>();
    writeTorchArchive(path, pickle, storages, { withoutChecksums: true });
    const pickleOffset = readFileSync(path).indexOf(pickle);
    for (let round = 0; round < 3000; round += 1) {
      overwrite(path, damaged(pickle, random), pickleOffset);
      outcomes.add(await outcomeOf(path));
    }
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['read', 'checkpoint/malformed-pickle', 'checkpoint/unsupported-pickle']),
    );
  });

  it('an index of shards is, too', async () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    for (const shard of shards) writeFileSync(join(folder, shard), readFileSync(fixture(`sharded/${shard}`)));
    const whole = readFileSync(fixture('sharded/model.safetensors.index.json'));
    const path = join(folder, 'model.safetensors.index.json');
    const random = new Random(3);
    writeFileSync(path, whole);
    for (let round = 0; round < 2000; round += 1) {
      overwrite(path, damaged(whole, random));
      await outcomeOf(path);
    }
  });
});

describe('every format, damaged in every way that the benchmark knows', async () => {
  const subjects = await findSubjects();
  const formats = [...new Set(subjects.map(({ format }) => format))];

  it.each(formats)('%s ends well', async (format) => {
    const ofFormat = subjects.filter((subject) => subject.format === format);
    const fuzzer = await Fuzzer.create(join(folder, format.replaceAll(' ', '-')), format, ofFormat);
    const files = format.startsWith('keras') ? 50 : 400;
    for (let number = 0; number < files; number += 1) {
      const { finding } = await fuzzer.trial(number);
      expect(finding, `number ${number}`).toBeUndefined();
    }
  });
});
