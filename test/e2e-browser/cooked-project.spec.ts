import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('greedy');
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

test('a project that the command line cooked says on its front page whether the soup is better', async ({ page }) => {
  const row = page.getByRole('row', { name: /toy/ });
  await expect(row).toContainText('5');
  await row.getByRole('link', { name: 'toy' }).click();
  const answer = page.getByRole('region', { name: /the greedy soup of run 1 .* the best ingredient/ });
  await expect(answer).toContainText('exact McNemar test');
  await expect(answer).toContainText('95 % interval');
  await expect(page.getByRole('region', { name: 'What to do next' }).getByRole('link').first()).toBeVisible();
  const run = page.getByRole('table', { name: 'Recent runs' }).getByRole('row', { name: /greedy/ });
  await expect(run).toContainText('done');
  await expectAccessible(page);
});
