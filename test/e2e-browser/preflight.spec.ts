import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { createProject, lookIntoFolder } from './journey-steps.ts';
import { expect, test } from './served-application.ts';
import { writeTrainingCheckpoint } from './training-checkpoint.ts';

const world = makeToyWorld('uniform');
const folder = join(world.folder, 'named');
/** A training checkpoint, and one that was trained from another initialisation. */
const trained = join(world.folder, 'trained');
const SPEC = { family: 'cnn', inputShape: [1, 8, 8], channels: [8, 16], hidden: 32, classes: 3 } as const;
test.beforeAll(async () => {
  mkdirSync(trained);
  const fresh = (seed: number) => initialWeights(buildArchitecture(SPEC), seed);
  writeTrainingCheckpoint(join(trained, 'training.pt'), { model: fresh(1), ema: fresh(1) });
  writeCheckpoint(join(trained, 'other.safetensors'), 'safetensors', fresh(2));
  mkdirSync(folder);
  const checkpoint = await openCheckpoint(world.checkpoints[0]!);
  const weights = [...readWeights(checkpoint)];
  checkpoint.close();
  writeCheckpoint(join(folder, 'a.safetensors'), 'safetensors', new Map(weights));
  const named = weights.map(([name, value]) => [name.replace('classifier', 'output'), value] as const);
  writeCheckpoint(join(folder, 'b.safetensors'), 'safetensors', new Map(named));
});
test.afterAll(() => world.remove());

test('names that differ are shown, and used once they are confirmed', async ({ page }) => {
  await createProject(page, 'Birds');
  await lookIntoFolder(page, folder);
  const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
  const picture = dialog.getByRole('table', { name: 'Tensors by checkpoint' });
  await expect(picture.getByRole('img', { name: 'perhaps under another name' }).first()).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Use these names' }).click();
  await expect(picture.getByRole('img', { name: 'renamed' })).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Compare the numbers' }).click();
  await expect(dialog.getByText('one of them is enough')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import 2 checkpoints' }).click();
  await expect(dialog.getByText('2 ingredients brought in.')).toBeVisible();
});

test('a proposed name is put right by hand; one that stands for two tensors is not taken', async ({ page }) => {
  await createProject(page, 'Birds');
  await lookIntoFolder(page, folder);
  const names = page.getByRole('table', { name: 'Proposed names for b' });
  const weight = names.getByRole('combobox', { name: 'Name of classifier.weight in the file' });
  await expect(weight).toHaveValue('output.weight');
  const choose = async (name: string): Promise<void> => {
    await weight.click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await choose('output.bias');
  await expect(page.getByText('A tensor of the file is named twice.')).toBeVisible();
  const use = page.getByRole('button', { name: 'Use these names' });
  await expect(use).toBeDisabled();
  await expectAccessible(page);
  await choose('output.weight');
  await use.click();
  await expect(page.getByRole('button', { name: 'Import 2 checkpoints' })).toBeEnabled();
});

test('of a training checkpoint the state dict is chosen, and checkpoints of no common ancestor are warned of', async ({
  page,
}) => {
  await createProject(page, 'Birds');
  await lookIntoFolder(page, trained);
  const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
  const choice = dialog.getByRole('combobox', { name: 'State dict of training' });
  await expect(choice).toHaveValue(/^model /);
  await choice.click();
  await page.getByRole('option', { name: /^ema / }).click();
  await expect(choice).toHaveValue(/^ema /);
  await dialog.getByRole('button', { name: 'Compare the numbers' }).click();
  await expect(dialog.getByText('Not all of them share an ancestor')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import 2 checkpoints' }).click();
  await expect(dialog.getByText('2 ingredients brought in.')).toBeVisible();
});
