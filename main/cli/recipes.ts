import type { Command } from 'commander';
import { z } from 'zod';
import type { Recipe, Transformation } from '../recipes/recipe.ts';
import { textTable } from './text-table.ts';

interface RecipesFlags {
  readonly json: boolean;
}

type Card = Pick<Recipe, 'name' | 'title' | 'description' | 'chooseWhen' | 'source' | 'family' | 'needs' | 'options'>;

export function register(program: Command): void {
  program
    .command('recipes')
    .summary('list the recipes, or show one with its options')
    .description(
      'List every recipe: what it needs and what it is for; or show one with its options, defaults and source.',
    )
    .argument('[name]', 'the recipe to show')
    .option('--json', 'print as JSON; options as JSON Schema', false)
    .action(async (name: string | undefined, flags: RecipesFlags) => {
      const { findRecipe, RECIPES, TRANSFORMATIONS } = await import('../recipes/index.ts');
      const step = TRANSFORMATIONS.find((transformation) => transformation.name === name);
      if (name !== undefined) show(step ?? findRecipe(name), flags.json);
      else list(RECIPES, TRANSFORMATIONS, flags.json);
    });
}

function list(recipes: readonly Recipe[], steps: readonly Transformation[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ recipes: recipes.map(asJson), steps: steps.map(asJson) }));
    return;
  }
  const rows = (cards: readonly Card[]) => cards.map((card) => [card.name, needsOf(card), card.title]);
  const columns = [
    { title: 'recipe', align: 'left' as const },
    { title: 'needs', align: 'left' as const },
    { title: '', align: 'left' as const },
  ];
  console.log(textTable(columns, [...rows(recipes), null, ...rows(steps)]));
  console.log('\nThe last ones are steps of chains. One with its options: stockpot recipes NAME');
}

function show(card: Card, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(asJson(card)));
    return;
  }
  console.log(`${card.title} (${card.name})\n\n${card.description}\n`);
  console.log(`When    ${card.chooseWhen}\nNeeds   ${needsOf(card)}\nSource  ${card.source}\n`);
  const options = Object.entries(schemaOf(card).properties ?? {});
  if (options.length === 0) console.log('No options.');
  for (const [option, { description = '', default: value }] of options) {
    console.log(`  ${option}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}`);
    console.log(`      ${description}`);
  }
}

function needsOf({ needs }: Card): string {
  const { base, selection, minimumIngredients, maximumIngredients } = needs;
  const count =
    maximumIngredients === undefined
      ? `${minimumIngredients} or more`
      : maximumIngredients === minimumIngredients
        ? `${minimumIngredients}`
        : `${minimumIngredients} to ${maximumIngredients}`;
  const others = [
    ...(base === 'needed' ? ['a base'] : base === 'optional' ? ['a base (optional)'] : []),
    ...(selection ? ['a selection split'] : []),
  ];
  return [`${count} ${maximumIngredients === 1 ? 'ingredient' : 'ingredients'}`, ...others].join(', ');
}

function asJson(card: Card): unknown {
  const { name, title, description, chooseWhen, source, family, needs } = card;
  return { name, title, description, chooseWhen, source, family, needs, options: schemaOf(card) };
}

interface OptionsSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
}

function schemaOf({ options }: Card): OptionsSchema {
  return z.toJSONSchema(options, { io: 'input' }) as OptionsSchema;
}
