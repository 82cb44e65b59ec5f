import { openPage } from './journey-steps.ts';
import { expect, test } from './served-application.ts';
import { startServer } from './server.ts';
import { makeSlowWorld } from './slow-world.ts';

const world = makeSlowWorld();
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

test('cooking outlives a service that is killed: it is resumed from the list of jobs, and ends', async ({
  page,
  application,
}) => {
  test.slow();
  await page.getByRole('main').getByRole('link', { name: 'slow' }).click();
  await openPage(page, 'Kitchen');
  await page.getByRole('radio', { name: 'Greedy soup', exact: true }).click();
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Cooking' })).toContainText('running');
  await application.server.stop('SIGKILL');
  await expect(page.getByText('Reconnecting')).toBeVisible();

  const again = await startServer(application.workspace);
  await page.goto(again.link);
  await page.getByRole('button', { name: /^Jobs/ }).click();
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  await expect(jobs).toContainText('interrupted');
  await jobs.getByRole('button', { name: 'Resume' }).click();
  await expect(jobs).toContainText('done', { timeout: 120_000 });
  await again.stop();
});
