import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { Architecture, ArchitectureSpec } from '../../architectures/architecture.ts';
import { architectureName, buildArchitecture } from '../../architectures/build.ts';
import { StockpotError } from '../../errors.ts';
import { ensembleSubject, ingredientSubject, type Subject } from '../evaluations/subject.ts';
import { type Fact, flattened, settingsOf } from '../runs/facts.ts';
import { outcomeOf, type RunDetails, type RunTables, runWithIngredients } from '../runs/run-details.ts';
import { ENSEMBLES, ensembleName, ensembleOrdinal, soupName } from './names.ts';

/** What stands in a comparison. */
export interface Compared {
  readonly ref: string;
  readonly kind: 'ingredient' | 'soup' | 'ensemble';
  readonly label: string;
  readonly ordinal: number;
  readonly subject: Subject;
  readonly architecture: Architecture;
  readonly facts: readonly Fact[];
  /** Networks, and the bytes of the weights of all of them. */
  readonly passes: number;
  readonly bytes: number;
  readonly cookingSeconds: number | null;
}

type Cooked = Pick<RunDetails, 'run' | 'ingredients'>;

/** Finds subjects by their reference; what is the same for several of them is worked out once. */
export class SubjectFinder {
  readonly #tables: RunTables;
  readonly #architectures = new Map<string, Architecture>();

  constructor(tables: RunTables) {
    this.#tables = tables;
  }

  /** @throws StockpotError `compare/unknown`, `runs/unknown`, `runs/unfinished` */
  find(projectId: number, refs: readonly string[]): readonly Compared[] {
    const places = new Map(this.#tables.ingredients.list(projectId).map((ingredient, place) => [ingredient.id, place]));
    return [...new Set(refs)].map((ref) => {
      const [kind, id, combine] = ref.split(':');
      if (kind === 'ingredient') return this.#ingredient(projectId, ref, Number(id), places);
      const details = runWithIngredients(this.#tables, Number(id));
      if (details.run.projectId !== projectId) throw unknown(ref);
      return kind === 'run' ? this.#soup(ref, details) : this.#ensemble(ref, details, combine!);
    });
  }

  #ingredient(projectId: number, ref: string, id: number, places: ReadonlyMap<number, number>): Compared {
    const ingredient = this.#tables.ingredients.byId(id);
    if (ingredient?.projectId !== projectId) throw unknown(ref);
    const architecture = this.#architecture(ingredient.architecture);
    return {
      ref,
      kind: 'ingredient',
      label: ingredient.name,
      ordinal: places.get(id) ?? 0,
      subject: ingredientSubject(architecture, ingredient),
      architecture,
      facts: [
        { name: 'architecture', value: architectureName(ingredient.architecture) },
        { name: 'origin', value: ingredient.origin },
        { name: 'format', value: ingredient.format },
        ...flattened(ingredient.hyperparameters),
      ],
      passes: 1,
      bytes: ingredient.byteSize,
      cookingSeconds: null,
    };
  }

  #soup(ref: string, details: Cooked): Compared {
    const { run } = details;
    const architecture = this.#architecture(run.architecture);
    const subject = outcomeOf(details, architecture);
    const files = details.ingredients.map(({ ingredient }) => ingredient);
    return {
      ref,
      kind: 'soup',
      label: soupName(run),
      ordinal: run.id - 1,
      subject,
      architecture,
      facts: [
        { name: 'architecture', value: architectureName(run.architecture) },
        { name: 'recipe', value: run.recipe },
        ...flattened(settingsOf(run)),
        { name: 'seed', value: String(run.seed) },
        { name: 'sums', value: run.accumulate },
        { name: 'type', value: run.dtype },
        { name: 'ingredients', value: details.ingredients.map(({ name }) => name).join(', ') },
        { name: 'in the soup', value: (run.used ?? []).join(', ') },
      ],
      passes: subject.kind === 'ensemble' ? subject.members.length : 1,
      bytes: subject.kind === 'ensemble' ? totalBytes(files) : largest(files),
      cookingSeconds: run.seconds,
    };
  }

  #ensemble(ref: string, details: Cooked, kind: string): Compared {
    const known = ENSEMBLES.find((ensemble) => ensemble.kind === kind);
    if (known === undefined) throw unknown(ref);
    const architecture = this.#architecture(details.run.architecture);
    const ingredients = details.ingredients.map(({ ingredient }) => ingredient);
    const members = ingredients.map((ingredient) => ingredientSubject(architecture, ingredient));
    return {
      ref,
      kind: 'ensemble',
      label: ensembleName(members.length, known.label),
      ordinal: ensembleOrdinal(details.run.id, kind),
      subject: ensembleSubject(known.combine, members),
      architecture,
      facts: [
        { name: 'architecture', value: architectureName(details.run.architecture) },
        { name: 'outputs', value: known.label },
        { name: 'ingredients', value: details.ingredients.map(({ name }) => name).join(', ') },
      ],
      passes: members.length,
      bytes: totalBytes(ingredients),
      cookingSeconds: null,
    };
  }

  #architecture(spec: ArchitectureSpec): Architecture {
    const key = JSON.stringify(spec);
    const known = this.#architectures.get(key);
    if (known !== undefined) return known;
    const built = buildArchitecture(spec);
    this.#architectures.set(key, built);
    return built;
  }
}

function totalBytes(ingredients: readonly Ingredient[]): number {
  return ingredients.reduce((sum, { byteSize }) => sum + byteSize, 0);
}

function largest(ingredients: readonly Ingredient[]): number {
  return Math.max(0, ...ingredients.map(({ byteSize }) => byteSize));
}

function unknown(ref: string): StockpotError {
  return new StockpotError({
    code: 'compare/unknown',
    what: 'The project has nothing by this name to compare',
    where: ref,
    remedy: 'It may have been deleted; take it out of the comparison.',
  });
}
