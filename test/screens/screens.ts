import type { Page } from '@playwright/test';

export interface Screen {
  /** Of the file. */
  readonly name: string;
  readonly path: string;
  /** What is done on the page before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Over the workspace of a finished demo: one project, its ingredients and its soups. */
export const SCREENS: readonly Screen[] = [
  { name: 'projects', path: '/' },
  { name: 'new-project', path: '/?new=true' },
  { name: 'overview', path: '/projects/1' },
  { name: 'ingredients', path: '/projects/1/ingredients' },
  { name: 'import', path: '/projects/1/ingredients?dialog=import' },
  { name: 'data', path: '/projects/1/data' },
  { name: 'kitchen', path: '/projects/1/kitchen' },
  { name: 'runs', path: '/projects/1/runs' },
  { name: 'compare', path: '/projects/1/compare' },
  { name: 'run', path: '/projects/1/runs/2' },
  { name: 'export', path: '/projects/1/runs/2?export=true' },
  { name: 'settings', path: '/settings' },
  {
    name: 'palette',
    path: '/projects/1',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Find an action, a project or a run' }).fill('run');
    },
  },
  {
    name: 'jobs',
    path: '/projects/1',
    act: async (page) => {
      await page.getByRole('button', { name: /^Jobs/ }).click();
      await page.getByRole('dialog', { name: 'Jobs' }).waitFor();
    },
  },
];

/** Over a workspace in which nothing has been done but that a project has been created. */
export const EMPTY_SCREENS: readonly Screen[] = [
  { name: 'empty-projects', path: '/?archived=true' },
  { name: 'empty-overview', path: '/projects/1' },
  { name: 'empty-ingredients', path: '/projects/1/ingredients' },
  { name: 'empty-data', path: '/projects/1/data' },
  { name: 'empty-kitchen', path: '/projects/1/kitchen' },
  { name: 'empty-runs', path: '/projects/1/runs' },
  { name: 'empty-compare', path: '/projects/1/compare' },
];
