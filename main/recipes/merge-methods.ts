import { METHODS } from '../mix/methods/index.ts';
import { type MethodRecipeFacts, methodRecipe } from './method-recipe.ts';
import type { Recipe } from './recipe.ts';

/** What each of mergekit's methods is for. */
const FACTS: Readonly<Record<string, MethodRecipeFacts>> = {
  linear: { family: 'average', chooseWhen: 'You want an average whose weights differ by layer or by kind of tensor.' },
  passthrough: { family: 'average', chooseWhen: 'One ingredient is to go through as it is, or scaled.' },
  slerp: { family: 'interpolation', chooseWhen: 'You have two models, and an average makes weights too short.' },
  nuslerp: {
    family: 'interpolation',
    chooseWhen: 'You want SLERP by weights, or of what two models changed in a base.',
  },
  multislerp: { family: 'interpolation', chooseWhen: 'You want SLERP of more than two models.' },
  karcher: { family: 'interpolation', chooseWhen: 'You want the exact mean direction of models that are far apart.' },
  nearswap: { family: 'interpolation', chooseWhen: 'You want a touch of a second model without disturbing the first.' },
  arcee_fusion: {
    family: 'interpolation',
    chooseWhen: 'Only the most important changes of one other model are wanted.',
  },
  task_arithmetic: {
    family: 'task-vectors',
    chooseWhen: 'Models were fine-tuned for different tasks, and you want to add abilities up or take one away.',
  },
  ties: {
    family: 'task-vectors',
    chooseWhen: 'Models for different tasks get in each other’s way when they are added up.',
  },
  dare_linear: {
    family: 'task-vectors',
    chooseWhen: 'Fine-tuning changed much that does not matter; most of it can go.',
  },
  dare_ties: { family: 'task-vectors', chooseWhen: 'As DARE, for models that also disagree about signs.' },
  della: { family: 'task-vectors', chooseWhen: 'As DARE with TIES, but large changes should stay more often.' },
  della_linear: { family: 'task-vectors', chooseWhen: 'As DARE, but large changes should stay more often.' },
  breadcrumbs: { family: 'task-vectors', chooseWhen: 'Both the smallest and the most extreme changes are to go.' },
  breadcrumbs_ties: {
    family: 'task-vectors',
    chooseWhen: 'As Breadcrumbs, for models that also disagree about signs.',
  },
  model_stock: { family: 'task-vectors', chooseWhen: 'You have few fine-tuned models (two will do) and their base.' },
  sce: {
    family: 'task-vectors',
    chooseWhen: 'What models disagree about most should decide, without weights of your own.',
  },
  ram: {
    family: 'task-vectors',
    chooseWhen: 'Models changed different parts of the base, and averaging would dilute each.',
  },
  ramplus_tl: { family: 'task-vectors', chooseWhen: 'As RAM, with what only one model changed made up for a little.' },
};

/** Every method as a recipe. */
export const METHOD_RECIPES: readonly Recipe[] = METHODS.map((method) => {
  const facts = FACTS[method.name];
  if (facts === undefined) throw new Error(`Nothing says what ${method.name} is for`);
  return methodRecipe(method, facts) as Recipe;
});
