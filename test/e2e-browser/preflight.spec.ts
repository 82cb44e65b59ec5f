import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('uniform');
const folder = join(world.folder, 'named');
test.beforeAll(async () => {
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
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Ingredients' }).click();
  await page.getByRole('button', { name: 'Import…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
  await dialog.getByLabel('Folder with checkpoints').fill(folder);
  await dialog.getByRole('button', { name: 'Check the whole folder' }).click();
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
