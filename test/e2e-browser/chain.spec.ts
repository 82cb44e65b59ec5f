import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const world = worldWithHiddenChannels();
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

const editor = (page: Page) => page.getByRole('textbox', { name: 'Recipe file' });
const cards = (page: Page) => page.getByRole('list', { name: 'Steps of the chain' });
const stepCard = (page: Page, name: string) => page.getByRole('group', { name });

async function openChain(page: Page): Promise<void> {
  await page.goto(new URL('/projects/1/kitchen', page.url()).href);
  await expect(page.getByText('ready to cook')).toBeVisible();
  await page.getByRole('radio', { name: 'Chain of recipes' }).click();
  await expect(page.getByRole('button', { name: /^Line 2: A chain needs steps/ })).toBeVisible();
}

test('align, TIES and rescale are put together by mouse, cooked, and shown with their options', async ({ page }) => {
  test.slow();
  await openChain(page);
  const add = page.getByRole('combobox', { name: 'Add a step' });
  for (const [index, title] of ['Rescale', 'Align', 'TIES'].entries()) {
    await add.click();
    await page.getByRole('option', { name: new RegExp(`^${title}`) }).click();
    await expect(stepCard(page, `Step ${index + 1}: ${title}`)).toBeVisible();
  }
  await page.getByRole('button', { name: 'Move step 1 down' }).click();
  await page.getByRole('button', { name: 'Move step 2 down' }).click();
  const ties = stepCard(page, 'Step 2: TIES');
  const base = ties.getByRole('combobox', { name: 'Base', exact: true });
  await expect(base).toHaveAccessibleDescription(/The base is missing/);
  await base.click();
  await page.getByRole('option', { name: 'model-0' }).click();
  await ties.getByRole('textbox', { name: 'Density', exact: true }).fill('0.5');
  const rescale = stepCard(page, 'Step 3: Rescale');
  await expect(rescale).toContainText('Goes on with ties');
  await rescale.getByRole('combobox', { name: 'Base', exact: true }).click();
  await page.getByRole('option', { name: 'model-0' }).click();
  await rescale.getByRole('textbox', { name: 'Factor' }).fill('0.8');
  await expect(editor(page)).toHaveValue(
    /steps:\n {4}- recipe: align\n {4}- recipe: ties\n {6}options:\n {8}base: model-0\n {8}density: 0.5\n {4}- recipe: rescale\n {6}options:\n {8}base: model-0\n {8}factor: 0.8\n/,
  );
  await expect(page.getByText('ready to cook')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Chain of recipes, run/ })).toBeVisible();
  const steps = page.getByRole('list', { name: 'Steps of the recipe' });
  await expect(steps.getByRole('listitem')).toContainText(['Align', 'TIES', 'Rescale']);
  await expect(steps).toContainText('0.8');
  await expect(page.getByRole('table', { name: 'mixing 1' })).toContainText('ties from model-0');
  await expect(page.getByRole('table', { name: 'Evaluations' })).toBeVisible();
  await expectAccessible(page);
});

test('a chain is built, ordered and cut by keyboard, and the focus stays with the step', async ({ page }) => {
  await openChain(page);
  const add = page.getByRole('combobox', { name: 'Add a step' });
  for (const word of ['uniform', 'rescale']) {
    await add.focus();
    await page.keyboard.type(word);
    await page.keyboard.press('Enter');
    await expect(add).toHaveValue('');
  }
  await expect(cards(page).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Move step 2 up' }).focus();
  await page.keyboard.press('Enter');
  await expect(stepCard(page, 'Step 1: Rescale')).toBeVisible();
  const down = page.getByRole('button', { name: 'Move step 1 down' });
  await expect(down).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(stepCard(page, 'Step 2: Rescale')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Move step 2 up' })).toBeFocused();
  await page.getByRole('button', { name: 'Remove step 2' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove step 1' })).toBeFocused();
  await expect(editor(page)).toHaveValue(/steps:\n {4}- recipe: uniform\nproject/);
  await expect(page.getByText('ready to cook')).toBeVisible();
});

test('what is wrong is said at the step that it belongs to, whichever side it was written on', async ({ page }) => {
  await openChain(page);
  const text = await editor(page).inputValue();
  const steps =
    '\n    - { recipe: rescale, options: { factor: 2 } }\n    - { recipe: simmer }\n    - { recipe: uniform }\n';
  await editor(page).fill(text.replace('options: {}\n', `options:\n  steps:${steps}`));
  await expect(stepCard(page, 'Step 2: simmer').getByRole('alert')).toContainText('There is no step');
  await expect(stepCard(page, 'Step 1: Rescale').getByRole('alert')).toHaveCount(0);
  await expect(stepCard(page, 'Step 1: Rescale').getByRole('textbox', { name: 'Factor' })).toHaveValue('2');
  await page.getByRole('button', { name: 'Remove step 2' }).click();
  await expect(page.getByText('ready to cook')).toBeVisible();
});

test('tensors are left out by their names, and the form says which', async ({ page }) => {
  await page.goto(new URL('/projects/1/kitchen', page.url()).href);
  const scope = page.getByRole('region', { name: 'Scope' });
  await expect(scope).toContainText('All 4 tensors are mixed');
  const freeze = scope.getByRole('combobox', { name: 'Freeze' });
  await freeze.fill('*.bias');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveValue(/scope:\n {2}freeze: "?\*\.bias"?\n/);
  await expect(scope).toContainText('2 of 4 tensors are mixed; 2 stay as in model-0');
  await scope.getByRole('button', { name: 'Show the tensors' }).click();
  await expect(scope.getByRole('list', { name: 'Kept (2)' })).toContainText('classifier.bias');
  const text = await editor(page).inputValue();
  await editor(page).fill(text.replace(/freeze: .*/, 'only: conv*'));
  await expect(scope.getByRole('combobox', { name: 'Only these tensors' })).toHaveAccessibleDescription(/No tensor/);
});

test('options are kept for when a recipe is chosen again, and shared ones go along', async ({ page }) => {
  await page.goto(new URL('/projects/1/kitchen', page.url()).href);
  await page.getByRole('radio', { name: 'TIES', exact: true }).click();
  await page.getByRole('textbox', { name: 'Density', exact: true }).fill('0.4');
  await page.getByRole('radio', { name: 'DARE', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Density', exact: true })).toHaveValue('0.4');
  await page.getByRole('textbox', { name: 'Density', exact: true }).fill('0.7');
  await page.getByRole('radio', { name: 'Greedy soup', exact: true }).click();
  await page.getByRole('radio', { name: 'TIES', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Density', exact: true })).toHaveValue('0.4');
});

/** A small world whose networks have channels that can be put into another order, each with weights of its own. */
function worldWithHiddenChannels(): ToyWorld {
  const toy = makeToyWorld('uniform');
  const spec: ArchitectureSpec = { family: 'mlp', inputShape: [1, 8, 8], hidden: [6], classes: 3 };
  for (const [seed, path] of toy.checkpoints.entries()) {
    const format = path.endsWith('.pt') ? 'pytorch-zip' : 'safetensors';
    writeCheckpoint(path, format, initialWeights(buildArchitecture(spec), seed));
  }
  writeFileSync(toy.recipe, toyRecipe('uniform', '{ family: mlp, inputShape: [1, 8, 8], hidden: [6], classes: 3 }'));
  return toy;
}
