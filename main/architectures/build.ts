import { createHash } from 'node:crypto';
import { assertNever } from '../errors.ts';
import type { Architecture, ArchitectureSpec } from './architecture.ts';
import { parseArchitectureSpec } from './architecture-schema.ts';
import { buildCnn, cnnName } from './cnn.ts';
import type { BuiltGraph } from './graph-builder.ts';
import { buildMlp, mlpName } from './mlp.ts';
import { buildResnet, resnetName } from './resnet.ts';

const built = new Map<string, Architecture>();

/**
 * The architecture that a spec describes. The same spec gives the same object: runtimes keep what they derive from a graph.
 * @throws StockpotError `architecture/invalid-spec`
 */
export function buildArchitecture(spec: ArchitectureSpec): Architecture {
  const valid = parseArchitectureSpec(spec);
  const key = JSON.stringify(valid);
  const known = built.get(key);
  if (known !== undefined) return known;
  const { graph, parameters } = buildFamily(valid);
  const graphHash = createHash('sha256').update(graph).digest('hex');
  const architecture = { spec: valid, name: architectureName(valid), graph, graphHash, parameters };
  built.set(key, architecture);
  return architecture;
}

/** `cnn-16-32-fc64`, `resnet50`, … */
export function architectureName(spec: ArchitectureSpec): string {
  switch (spec.family) {
    case 'mlp':
      return mlpName(spec);
    case 'cnn':
      return cnnName(spec);
    case 'resnet':
      return resnetName(spec);
    default:
      return assertNever(spec);
  }
}

function buildFamily(spec: ArchitectureSpec): BuiltGraph {
  switch (spec.family) {
    case 'mlp':
      return buildMlp(spec);
    case 'cnn':
      return buildCnn(spec);
    case 'resnet':
      return buildResnet(spec);
    default:
      return assertNever(spec);
  }
}
