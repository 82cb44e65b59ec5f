import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Architecture, ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';

interface StateDicts {
  readonly listed: readonly { readonly spec: ArchitectureSpec; readonly tensors: readonly string[] }[];
  readonly hashed: readonly { readonly spec: ArchitectureSpec; readonly tensors: number; readonly sha256: string }[];
}

const url = new URL('../fixtures/architectures/state-dicts.json', import.meta.url);
const stateDicts = JSON.parse(readFileSync(url, 'utf8')) as StateDicts;

function listing({ parameters }: Architecture): readonly string[] {
  return parameters.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(',')}]`);
}

describe('the parameters of an architecture', () => {
  for (const { spec, tensors } of stateDicts.listed) {
    it(`are PyTorch's, in its order, for ${JSON.stringify(spec)}`, () => {
      expect(listing(buildArchitecture(spec))).toEqual(tensors);
    });
  }

  for (const { spec, tensors, sha256 } of stateDicts.hashed) {
    const architecture = buildArchitecture(spec);
    it(`are torchvision's, in its order, for ${architecture.name}`, () => {
      const lines = listing(architecture);
      expect(lines).toHaveLength(tensors);
      expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(sha256);
    });
  }
});
