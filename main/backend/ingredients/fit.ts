import type { Architecture } from '../../architectures/architecture.ts';
import type { TensorInfo } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';

/**
 * Every tensor that the architecture's graph needs must be in the checkpoint with the graph's shape, and nothing may be there
 * that the architecture does not know.
 * @param where the checkpoint's path, for the error
 * @throws StockpotError `ingredients/mismatched`, every difference in its details
 */
export function checkFits(architecture: Architecture, tensors: ReadonlyMap<string, TensorInfo>, where: string): void {
  const known = new Map(architecture.parameters.map((parameter) => [parameter.name, parameter]));
  const findings = architecture.parameters.flatMap(({ name, shape, inGraph }) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) return inGraph ? [`${name} [${shape.join(', ')}] is missing`] : [];
    const same = tensor.shape.length === shape.length && shape.every((extent, i) => tensor.shape[i] === extent);
    return same ? [] : [`${name} has shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`];
  });
  for (const tensor of tensors.values()) {
    if (!known.has(tensor.name)) findings.push(`${tensor.name} [${tensor.shape.join(', ')}] is extra`);
  }
  if (findings.length === 0) return;
  throw new StockpotError({
    code: 'ingredients/mismatched',
    what: `The checkpoint does not fit ${architecture.name}: ${findings.length} ${findings.length === 1 ? 'difference' : 'differences'}`,
    where,
    details: findings,
    remedy: 'Name the architecture that the checkpoint was trained with, or leave it out to have it detected.',
  });
}
