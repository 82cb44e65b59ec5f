import type { Page } from '@playwright/test';
import { LONGEST_MILLISECONDS, timeToAddress } from './browsing.ts';

export interface TableTimes {
  /** Milliseconds from going to the page until its first rows are there. */
  readonly firstRows: number;
  readonly sort: number;
  readonly filter: number;
  /** Rows without values in sight, summed over the frames of a fast scroll, and the rows seen in all. */
  readonly blank: number;
  readonly seen: number;
}

const FIRST_ROW = 'main tr[aria-rowindex="2"] a';

/** A table of many runs and columns: opened, sorted, filtered, scrolled through. */
export async function tableTimes(
  page: Page,
  { id, columns }: { readonly id: number; readonly columns: readonly string[] },
  filter: string,
): Promise<TableTimes> {
  const address = `/projects/${id}/runs?columns=${encodeURIComponent(columns.join(','))}`;
  const { inSight: firstRows } = await timeToAddress(page, address, FIRST_ROW);
  const { blank, seen } = await scrollThrough(page);
  const filtered = await timeToOtherRows(page, 'filter', filter);
  const sort = await timeToOtherRows(page, 'sort', 'clean');
  await page.evaluate(() => {
    history.pushState({}, '', '/');
    window.dispatchEvent(new PopStateEvent('popstate'));
  });
  return { firstRows, sort, filter: filtered, blank, seen };
}

/** Milliseconds from a click on a column's head, or from the last letter of a filter, until other rows are painted. */
async function timeToOtherRows(page: Page, how: 'sort' | 'filter', text: string): Promise<number> {
  return await page.evaluate(
    ([way, wanted, longest]) =>
      new Promise<number>((resolve, reject) => {
        const rows = (): string => {
          const table = document.querySelector('main table[aria-label="Runs"]');
          const links = [...(table?.querySelectorAll('tr[aria-rowindex] a') ?? [])];
          return links.length === 0
            ? ''
            : `${table?.getAttribute('aria-rowcount')} ${links.map((link) => link.textContent).join(' ')}`;
        };
        const before = rows();
        const start = performance.now();
        const look = (): void => {
          const now = rows();
          const waits = document.querySelector('main .mantine-Skeleton-root') !== null;
          if (now !== before && now !== '' && !waits) {
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
          } else if (performance.now() - start < longest) requestAnimationFrame(look);
          else reject(new Error(`No other rows came after ${way}ing by “${wanted}”`));
        };
        if (way === 'sort') {
          const heads = [...document.querySelectorAll<HTMLElement>('main thead button')];
          heads.find((head) => head.textContent?.trim() === wanted)!.click();
        } else {
          const field = document.querySelector<HTMLInputElement>('main input[aria-label="Filter runs"]')!;
          // React listens to the browser's own setter only.
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, wanted);
          field.dispatchEvent(new Event('input', { bubbles: true }));
        }
        look();
      }),
    [how, text, LONGEST_MILLISECONDS] as const,
  );
}

/** Eight hundred rows a second, about as fast as a wheel that is flung; each frame's rows in sight are counted. */
async function scrollThrough(page: Page): Promise<{ readonly blank: number; readonly seen: number }> {
  return await page.evaluate(
    () =>
      new Promise<{ blank: number; seen: number }>((resolve) => {
        const pixelsPerMillisecond = 31;
        const milliseconds = 3000;
        const viewport = document.querySelector<HTMLElement>('main section[aria-label="List of runs"]')!;
        const box = viewport.getBoundingClientRect();
        const result = { blank: 0, seen: 0 };
        const start = performance.now();
        const count = (): void => {
          // What stands at these places of the window is what the reader sees.
          for (let y = box.top + 60; y < box.bottom - 20; y += 39) {
            const cell = document.elementFromPoint(box.left + 120, y);
            const row = cell?.closest('tr[aria-rowindex]');
            result.seen += 1;
            if (row === null || row === undefined || row.querySelector('a') === null) result.blank += 1;
          }
        };
        const step = (): void => {
          const passed = performance.now() - start;
          if (passed > milliseconds) {
            viewport.scrollTop = 0;
            resolve(result);
            return;
          }
          count();
          viewport.scrollTop = passed * pixelsPerMillisecond;
          requestAnimationFrame(step);
        };
        step();
      }),
  );
}
