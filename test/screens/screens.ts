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
  { name: 'overview', path: '/projects/1' },
  { name: 'ingredients', path: '/projects/1/ingredients' },
  { name: 'data', path: '/projects/1/data' },
  { name: 'kitchen', path: '/projects/1/kitchen' },
  { name: 'runs', path: '/projects/1/runs' },
  { name: 'run', path: '/projects/1/runs/2' },
  { name: 'compare', path: '/projects/1/compare' },
  { name: 'settings', path: '/settings' },
  {
    name: 'palette',
    path: '/projects/1',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Find an action or a project' }).fill('run');
    },
  },
  { name: 'jobs', path: '/projects/1', act: (page) => page.getByRole('button', { name: /^Jobs/ }).click() },
];

/** Over a workspace in which nothing has been done; the second one creates its project. */
export const EMPTY_SCREENS: readonly Screen[] = [{ name: 'empty-projects', path: '/' }];
