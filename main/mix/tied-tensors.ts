import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import type { MixturePlan, TensorStep } from './plan.ts';

/**
 * Groups of the soup's tensors that are the same elements: those that the first ingredient has tied, and that every ingredient in
 * their sums has tied too, with the same weights. Of others it is not known before they are computed.
 */
export function tiedTensors(
  { steps }: MixturePlan,
  checkpoints: readonly Checkpoint[],
): readonly (readonly string[])[] {
  const stepOf = new Map(steps.map((step) => [step.output.name, step]));
  return (checkpoints[0]?.sharedStorages ?? [])
    .filter(({ tied }) => tied)
    .map(({ tensors }) => tensors)
    .filter((names) => {
      const group = names.map((name) => stepOf.get(name));
      const [first] = group;
      return first !== undefined && group.every((step) => step !== undefined && isSameSum(step, first, checkpoints));
    });

  function isSameSum(step: TensorStep, first: TensorStep, all: readonly Checkpoint[]): boolean {
    const names = [step.output.name, first.output.name];
    return sumOf(step) === sumOf(first) && step.terms.every(({ ingredient }) => ties(all[ingredient]!, names));
  }
}

/** Methods may depend on a tensor's name. */
function sumOf(step: TensorStep): string {
  return JSON.stringify(step.kind === 'merge' ? [step.output.name] : step.terms);
}

function ties({ sharedStorages = [] }: Checkpoint, names: readonly string[]): boolean {
  return sharedStorages.some(({ tied, tensors }) => tied && names.every((name) => tensors.includes(name)));
}
