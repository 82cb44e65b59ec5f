import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { DetectionHint } from '../../architectures/detect.ts';
import type { Backend } from '../backend.ts';

/** What a project's ingredients and data say of a checkpoint that is to join them. */
export function projectHint(
  { ingredients, datasets }: Pick<Backend, 'ingredients' | 'datasets'>,
  projectId: number,
): { readonly architecture: ArchitectureSpec | undefined; readonly hint: DetectionHint } {
  const groups = Map.groupBy(ingredients.list(projectId), ({ architecture }) => JSON.stringify(architecture));
  const [largest] = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const split = datasets
    .list(projectId)
    .flatMap(({ splits }) => splits)
    .at(-1);
  return {
    architecture: largest?.at(0)?.architecture,
    hint: split === undefined ? {} : { inputShape: split.sampleShape },
  };
}
