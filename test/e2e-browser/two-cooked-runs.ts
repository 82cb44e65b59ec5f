import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expect, test } from './served-application.ts';

/** Every test of the file begins with a project named toy, in which a greedy and then a uniform soup were cooked. */
export function withTwoCookedRuns(): void {
  const world = makeToyWorld('greedy');
  const uniform = join(dirname(world.recipe), 'uniform.yml');
  test.beforeAll(async () => {
    const text = await readFile(world.recipe, 'utf8');
    await writeFile(uniform, text.replace('recipe: greedy', 'recipe: uniform'));
  });
  test.afterAll(() => world.remove());
  test.use({ recipes: [world.recipe, uniform] });
}

export async function openCooked(page: Page, name: 'Runs' | 'Compare' | 'Data'): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: 'toy' }).click();
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}
