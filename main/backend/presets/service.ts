import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { Preset, PresetRepository } from '../../../db/repositories/presets.ts';
import { StockpotError } from '../../errors.ts';
import { findRecipe } from '../../recipes/index.ts';
import { parseRecipeFile } from '../runs/recipe-file.ts';

export interface PresetService {
  /** By name. */
  list(): readonly Preset[];
  /**
   * Keeps what a recipe file says of recipe, options and scope, comments included, and nothing of ingredients, data or settings;
   * whether the options fit is told where they are cooked. A preset of that name is replaced.
   * @throws StockpotError `recipe-file/…`, `recipe/unknown`
   */
  save(name: string, text: string): Preset;
  /** @throws StockpotError `presets/unknown`, `presets/name-taken` */
  rename(id: number, name: string): Preset;
  /** @throws StockpotError `presets/unknown` */
  remove(id: number): void;
}

/** What a preset keeps of a recipe file. */
const KEPT: readonly string[] = ['recipe', 'options', 'scope'];

export function presetService(presets: PresetRepository, textPath: string): PresetService {
  const found = (id: number): Preset => {
    const preset = presets.byId(id);
    if (preset !== undefined) return preset;
    throw new StockpotError({ code: 'presets/unknown', what: 'There is no such preset', where: `preset ${id}` });
  };
  return {
    list: () => presets.list(),
    save(name, text) {
      const { name: recipe } = findRecipe(parseRecipeFile(text, textPath).recipe);
      return presets.save({ name, recipe, recipeFile: keptOf(parseDocument(text)) });
    },
    rename(id, name) {
      const taken = presets.byName(name);
      if (taken !== undefined && taken.id !== id) {
        throw new StockpotError({
          code: 'presets/name-taken',
          what: `There is another preset called ${name}`,
          where: found(id).name,
          remedy: 'Choose another name, or delete the other one first.',
        });
      }
      found(id);
      presets.rename(id, name);
      return found(id);
    },
    remove(id) {
      found(id);
      presets.remove(id);
    },
  };
}

function keptOf(document: Document): string {
  if (isMap(document.contents)) {
    document.contents.items = document.contents.items.filter(
      ({ key }) => isScalar(key) && KEPT.includes(String(key.value)),
    );
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
