import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomPermutations } from '../../main/alignment/permutations.ts';
import { permutedWeights } from '../../main/alignment/permuted.ts';
import { findSymmetries } from '../../main/alignment/symmetry/find-symmetries.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';

const STOCKPOT = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));
const ARCHITECTURE = buildArchitecture({
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [8, 12],
  hidden: 24,
  classes: 10,
});
const WEIGHTS = initialWeights(ARCHITECTURE, 1);
const GRAPH = readGraph(ARCHITECTURE.graph);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-align-'));
  const symmetries = findSymmetries(GRAPH, new Set(WEIGHTS.keys()));
  const copy = (seed: number): Weights =>
    permutedWeights(WEIGHTS, symmetries, randomPermutations(symmetries, new Random(seed)));
  writeCheckpoint(join(folder, 'a.safetensors'), 'safetensors', WEIGHTS);
  writeCheckpoint(join(folder, 'b.pt'), 'pytorch-zip', copy(1));
  writeCheckpoint(join(folder, 'c.npz'), 'numpy-archive', copy(2));
  writeCheckpoint(join(folder, 'd.onnx'), 'onnx', copy(3), {}, { graph: ARCHITECTURE.graph });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function align(...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [STOCKPOT, 'align', ...parameters], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

async function weightsIn(name: string): Promise<Weights> {
  const checkpoint = await openCheckpoint(join(folder, name));
  try {
    return readWeights(checkpoint);
  } finally {
    checkpoint.close();
  }
}

describe('stockpot align', () => {
  test('writes each checkpoint rearranged, in its own format, and says how', async () => {
    const { status, stdout, stderr } = align('a.safetensors', 'b.pt', 'c.npz', 'd.onnx', '-o', 'aligned');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('44 channels in 3 groups');
    expect(readdirSync(join(folder, 'aligned')).toSorted()).toEqual(['alignment.json', 'b.pt', 'c.npz', 'd.onnx']);
    for (const name of ['aligned/b.pt', 'aligned/c.npz', 'aligned/d.onnx']) {
      for (const [tensor, { bytes }] of await weightsIn(name)) expect(bytes).toEqual(WEIGHTS.get(tensor)!.bytes);
    }
  });

  test('keeps the permutations and what they achieved as JSON', () => {
    const { stdout } = align(
      'a.safetensors',
      'b.pt',
      '-o',
      'aligned',
      '--to',
      'mean',
      '--seed',
      '3',
      '--statistics',
      '--threads',
      '1',
      '--json',
    );
    const report = JSON.parse(readFileSync(join(folder, 'aligned/alignment.json'), 'utf8')) as Record<string, unknown>;
    expect(JSON.parse(stdout)).toEqual(report);
    expect(report).toMatchObject({
      reference: 'a.safetensors',
      to: 'mean',
      seed: 3,
      statistics: true,
      groups: [
        { name: 'conv1.weight', channels: 8 },
        { name: 'conv2.weight', channels: 12 },
        { name: 'fc1.weight', channels: 24 },
      ],
      checkpoints: [
        { file: 'b.pt', converged: true, similarity: [{ channels: 8 }, { channels: 12 }, { channels: 24 }] },
      ],
    });
  });

  test('takes the network from an ONNX file where it is told to', async () => {
    const { status } = align('a.safetensors', 'b.pt', '-o', 'aligned', '--graph', 'd.onnx');
    expect(status).toBe(0);
    expect((await weightsIn('aligned/b.pt')).get('fc1.weight')).toEqual(WEIGHTS.get('fc1.weight'));
  });

  const refused: readonly { readonly title: string; readonly parameters: readonly string[]; readonly code: string }[] =
    [
      {
        title: 'its own input as output',
        parameters: ['a.safetensors', 'b.pt', '-o', '.', '--force'],
        code: 'alignment/output-is-input',
      },
      {
        title: 'two outputs of one name',
        parameters: ['a.safetensors', 'b.pt', 'b.pt', '-o', 'out'],
        code: 'cli/bad-usage',
      },
      {
        title: 'a seed that is no number',
        parameters: ['a.safetensors', 'b.pt', '-o', 'out', '--seed', 'x'],
        code: 'cli/bad-usage',
      },
      {
        title: 'a network that is no ONNX',
        parameters: ['a.safetensors', 'b.pt', '-o', 'out', '--graph', 'a.safetensors'],
        code: 'architecture/not-onnx',
      },
      {
        title: 'a network that is not there',
        parameters: ['a.safetensors', 'b.pt', '-o', 'out', '--graph', 'x.onnx'],
        code: 'cli/unreadable',
      },
      {
        title: 'weights of another network',
        parameters: ['a.safetensors', 'other.pt', '-o', 'out'],
        code: 'alignment/missing-tensor',
      },
      {
        title: 'weights of no network it knows',
        parameters: ['other.pt', 'other.pt', '-o', 'out'],
        code: 'alignment/unknown-architecture',
      },
    ];
  for (const { title, parameters, code } of refused) {
    test(`refuses ${title}, and writes nothing`, () => {
      writeCheckpoint(
        join(folder, 'other.pt'),
        'pytorch-zip',
        new Map([['w', { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) }]]),
      );
      const { status, stdout } = align(...parameters, '--json');
      expect(status).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
      expect(existsSync(join(folder, 'out'))).toBe(false);
    });
  }

  test('does not replace files unless told to', () => {
    expect(align('a.safetensors', 'b.pt', '-o', 'out').status).toBe(0);
    expect(JSON.parse(align('a.safetensors', 'b.pt', '-o', 'out', '--json').stdout)).toMatchObject({
      error: { code: 'cli/output-exists' },
    });
    expect(align('a.safetensors', 'b.pt', '-o', 'out', '--force').status).toBe(0);
  });
});
