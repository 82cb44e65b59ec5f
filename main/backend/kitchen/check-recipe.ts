import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { StockpotError } from '../../errors.ts';
import { findRecipe, optionIssues } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import type { OptionFault, Recipe } from '../../recipes/recipe.ts';
import { scopeFaults } from '../../recipes/scope.ts';
import { inspectHeader } from '../ingredients/inspect.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import { larderOf } from '../runs/course.ts';
import { architectureOf } from '../runs/plan-cooking.ts';
import { type LoadedRecipe, parseRecipeFile } from '../runs/recipe-file.ts';
import { type Outline, outlineOf } from './outline.ts';

/** Something that keeps a recipe file from being cooked. */
export interface Finding {
  readonly line: number | null;
  readonly message: string;
  /** The field that it is about: `options.order`; empty where it is about none. */
  readonly field: string;
}

export interface CheckedRecipe {
  readonly findings: readonly Finding[];
  /** undefined where the text can't be read at all */
  readonly outline: Outline | undefined;
  /** There when nothing was found. */
  readonly cookable:
    | { readonly loaded: LoadedRecipe; readonly recipe: Recipe; readonly architecture: ArchitectureSpec }
    | undefined;
}

/**
 * Everything that can be said against a recipe file without reading tensors or data; unlike `planCooking` it does not stop at the
 * first fault.
 * @param path where the text would stand: relative paths start from its folder
 */
export async function checkRecipe(text: string, path: string, project: string): Promise<CheckedRecipe> {
  const findings: Finding[] = [];
  const loaded = await attempt(findings, undefined, [], () => parseRecipeFile(text, path));
  if (loaded === undefined) return { findings, outline: undefined, cookable: undefined };
  if (loaded.project !== project) {
    findings.push({
      line: lineIn(loaded.placeOf(['project'])),
      field: 'project',
      message: `This kitchen cooks for the project ${project}; name it here, or take the line out`,
    });
  }
  const recipe = await attempt(findings, loaded, ['recipe'], () => findRecipe(loaded.recipe));
  if (recipe !== undefined) {
    findings.push(...optionFindings(loaded, 'options', optionIssues(recipe, loaded.options)));
    await attempt(findings, loaded, loaded.ingredients.length === 0 ? ['ingredients'] : ['recipe'], () =>
      checkNeeds(recipe, loaded.ingredients.length, loaded.splits.selection !== undefined),
    );
  }
  const architecture = await fittingArchitecture(findings, loaded);
  const larder = architecture && larderOf({ ...loaded, ...loaded.splits }, buildArchitecture(architecture));
  const outline = outlineOf(loaded, recipe, larder?.tensors ?? []);
  if (findings.length === 0 && recipe !== undefined && larder !== undefined) {
    const options = recipe.options.parse(loaded.options);
    await attempt(findings, loaded, ['options'], () => {
      findings.push(...optionFindings(loaded, 'options', recipe.check?.(options, larder) ?? []));
    });
    if (loaded.scope !== undefined)
      findings.push(...optionFindings(loaded, 'scope', scopeFaults(loaded.scope, larder)));
  }
  if (findings.length > 0 || recipe === undefined || architecture === undefined) {
    return { findings: [...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)), outline, cookable: undefined };
  }
  return { findings, outline, cookable: { loaded, recipe, architecture } };
}

function optionFindings(loaded: LoadedRecipe, place: string, faults: readonly OptionFault[]): readonly Finding[] {
  return faults.map(({ option, what }) => ({
    line: lineIn(loaded.placeOf([place, ...option])),
    field: [place, ...option].join('.'),
    message: what,
  }));
}

async function fittingArchitecture(findings: Finding[], loaded: LoadedRecipe): Promise<ArchitectureSpec | undefined> {
  if (loaded.ingredients.length === 0) return undefined;
  let architecture: ArchitectureSpec;
  try {
    architecture = await architectureOf(loaded);
  } catch (thrown) {
    findings.push(...findingsOf(thrown, loaded, ['ingredients', 0]));
    return undefined;
  }
  if ((await attempt(findings, loaded, ['architecture'], () => buildArchitecture(architecture))) === undefined)
    return undefined;
  for (const [index, ingredient] of loaded.ingredients.entries()) {
    await attempt(findings, loaded, ['ingredients', index], () =>
      inspectHeader(ingredient.path, architecture, {}, readingOf(ingredient)),
    );
  }
  return architecture;
}

async function attempt<T>(
  findings: Finding[],
  loaded: LoadedRecipe | undefined,
  place: readonly PropertyKey[],
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    findings.push(...findingsOf(thrown, loaded, place));
    return undefined;
  }
}

function findingsOf(
  thrown: unknown,
  loaded: LoadedRecipe | undefined,
  place: readonly PropertyKey[],
): readonly Finding[] {
  if (!(thrown instanceof StockpotError)) throw thrown;
  const { what, details, where } = thrown;
  if (loaded === undefined && details.length > 0) return details.map(locatedDetail);
  const line = loaded === undefined ? lineIn(where ?? '') : lineIn(loaded.placeOf(place));
  const items = details.length === 0 ? '' : `: ${details.slice(0, 3).join('; ')}${details.length > 3 ? '; …' : ''}`;
  return [{ line, field: place.join('.'), message: `${what}${items}` }];
}

/** `line 3: seed: must be …`, as the reader of recipe files words its details. */
function locatedDetail(detail: string): Finding {
  const match = /^line (\d+)(?:, column \d+)?: ((?:([\w.-]+): )?[\s\S]*)$/.exec(detail);
  if (match === null) return { line: null, field: '', message: detail };
  return { line: Number(match[1]), field: match[3] ?? '', message: match[2]! };
}

function lineIn(place: string): number | null {
  const match = /line (\d+)\s*$/.exec(place);
  return match === null ? null : Number(match[1]);
}
