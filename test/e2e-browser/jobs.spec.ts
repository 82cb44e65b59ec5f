import { join } from 'node:path';
import { openDatabase } from '../../db/open.ts';
import { seedJobs } from '../support/seed-jobs.ts';
import { expectAccessible } from './expect-accessible.ts';
import { openPage } from './journey-steps.ts';
import { expect, test } from './served-application.ts';
import { startServer } from './server.ts';
import { makeSlowWorld } from './slow-world.ts';

const world = makeSlowWorld();
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

test('jobs in every state say what became of them and what can be done, to everybody', async ({
  page,
  application,
}) => {
  test.slow();
  await application.server.stop();
  const database = await openDatabase(join(application.workspace, 'stockpot.db'));
  seedJobs(database);
  database.close();
  const server = await startServer(application.workspace);
  await page.goto(server.link);
  await page.getByRole('main').getByRole('link', { name: 'slow' }).click();
  await openPage(page, 'Kitchen');
  await page.getByRole('radio', { name: 'Greedy soup', exact: true }).click();
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Cooking' })).toContainText('running');

  await page.getByRole('button', { name: /^Jobs/ }).click();
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  const job = (name: string | RegExp) => jobs.getByRole('article', { name });
  const running = job('Greedy soup of 4 ingredients');
  await expect(running.getByRole('progressbar')).toBeAttached();
  for (const [button, state] of [
    ['Pause', 'paused'],
    ['Cancel', 'cancelled'],
  ] as const) {
    await running.getByRole('button', { name: button }).click();
    await expect(running).toContainText(state);
    await running.getByRole('button', { name: 'Resume' }).click();
    await expect(running).toContainText(/running|done/);
  }

  const failed = job('Greedy soup of 5 ingredients');
  await expect(failed.getByRole('alert')).toContainText('The engine process was ended by SIGKILL');
  await expect(failed.getByRole('alert')).toContainText('close other programs');
  await expect(failed).toContainText('it goes on from there');
  await failed.getByRole('button', { name: 'Log' }).click();
  await expect(failed.getByRole('log')).toContainText('Run 2');
  await expect(job('Train 3 ingredients')).toContainText('Stockpot was closed or ended while this ran');
  for (const name of ['Train 3 ingredients', 'Weighted soup of 5 ingredients', 'Export run 1 as safetensors']) {
    await expect(job(name).getByRole('button', { name: 'Resume' })).toBeVisible();
  }
  await expect(job('Uniform soup of 5 ingredients').getByRole('button', { name: 'Resume' })).toBeHidden();

  await expectAccessible(page);
  await job('Uniform soup of 5 ingredients').getByRole('button', { name: 'Remove' }).click();
  await expect(job('Uniform soup of 5 ingredients')).toBeHidden();
  await server.stop();
});
