import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import type { Client } from '../../preload/contract/contract.ts';

const VIEWPORT = { width: 1320, height: 840 };

/**
 * A new reader with an empty cache, whose pages write down when the first link of their first table could be used, and every task that
 * kept their main thread for more than 50 ms.
 */
export async function newReader(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  await context.addInitScript(() => {
    const tasks: number[] = [];
    Reflect.set(window, 'longTasks', tasks);
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask', buffered: true });
    const look = (): void => {
      const link = document.querySelector('main tbody a');
      const { left = 0, top = 0, width = 0, height = 0 } = link?.getBoundingClientRect() ?? {};
      const isOnTop = link?.contains(document.elementFromPoint(left + width / 2, top + height / 2)) ?? false;
      if (!isOnTop) requestAnimationFrame(look);
      // Painted, and nothing keeps the page from answering.
      else setTimeout(() => Reflect.set(window, 'usableAt', performance.timeOrigin + performance.now()));
    };
    look();
  });
  return context;
}

/** The moment at which the first table could be used, in milliseconds of the system's clock. */
export async function usableAt(page: Page): Promise<number> {
  const moment = await page.waitForFunction(() => Reflect.get(window, 'usableAt') as number | undefined);
  return (await moment.jsonValue())!;
}

/** Whoever looks at the first page for a few seconds has everything that is fetched ahead, charts last. */
export async function everythingAhead(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /\/plot-/.test(name)));
  await page.waitForLoadState('networkidle');
}

/** Milliseconds of the long tasks since the last time this was asked. */
export async function longTasks(page: Page): Promise<readonly number[]> {
  return await page.evaluate(() => (Reflect.get(window, 'longTasks') as number[]).splice(0));
}

/** A page that is not there by then never comes: the benchmark ends, and says what it waited for. */
export const LONGEST_MILLISECONDS = 60_000;

export interface PageTimes {
  /** Milliseconds until the page is there with its data and painted, charts apart. */
  readonly data: number;
  /** The same until every chart in sight is drawn as well. */
  readonly charts: number;
}

/** From a click until another page is there; measured inside the page. Nothing that waits for data may be left, in sight or not. */
export async function timeToPage(link: Locator): Promise<PageTimes> {
  return await link.evaluate(
    (element, longest) =>
      new Promise<PageTimes>((resolve, reject) => {
        const heading = (): string => document.querySelector('main h1')?.textContent ?? '';
        const before = heading();
        const start = performance.now();
        let data: number | undefined;
        const isSeen = (figure: Element): boolean => {
          const { top, bottom } = figure.getBoundingClientRect();
          return bottom > 0 && top < window.innerHeight;
        };
        const isDrawn = (figure: Element): boolean => figure.querySelector('.main-svg') !== null;
        const painted = (then: () => void): void => void requestAnimationFrame(() => setTimeout(then));
        const look = (): void => {
          const isThere = heading() !== before && heading() !== '';
          const waits = [...document.querySelectorAll('main .mantine-Skeleton-root')].some(
            (skeleton) => skeleton.closest('figure') === null,
          );
          const figures = [...document.querySelectorAll('main figure')].filter(isSeen);
          if (isThere && !waits && data === undefined) {
            data = longest;
            painted(() => {
              data = performance.now() - start;
            });
          }
          if (isThere && !waits && figures.every(isDrawn)) {
            painted(() => resolve({ data: data ?? longest, charts: performance.now() - start }));
          } else if (performance.now() - start < longest) requestAnimationFrame(look);
          else reject(new Error(`“${element.textContent}” led to “${heading()}”, which ${waits ? 'waits' : 'stays'}`));
        };
        (element as HTMLElement).click();
        look();
      }),
    LONGEST_MILLISECONDS,
  );
}

export interface Arrival {
  /** Milliseconds until nothing in sight waits for data any more. */
  readonly inSight: number;
  /** The same of the whole page, charts further down as well. */
  readonly whole: number;
}

/** From going to an address within the application until `selector` is there. */
export async function timeToAddress(page: Page, address: string, selector: string): Promise<Arrival> {
  return await page.evaluate(
    ([to, wanted, longest]) =>
      new Promise<Arrival>((resolve, reject) => {
        const start = performance.now();
        let inSight: number | undefined;
        const isSeen = (element: Element): boolean => {
          const { top, bottom } = element.getBoundingClientRect();
          return bottom > 0 && top < window.innerHeight;
        };
        const waiting = (): readonly Element[] => [
          ...document.querySelectorAll('main .mantine-Skeleton-root'),
          ...[...document.querySelectorAll('main figure')].filter(
            (figure) => figure.querySelector('.main-svg') === null,
          ),
        ];
        const passed = (): number => performance.now() - start;
        const look = (): void => {
          const isThere = document.querySelector(wanted) !== null;
          const left = waiting();
          if (isThere && !left.some(isSeen)) inSight ??= passed();
          if (isThere && left.length === 0) {
            const first = inSight ?? passed();
            requestAnimationFrame(() => setTimeout(() => resolve({ inSight: first, whole: passed() })));
          } else if (passed() < longest) requestAnimationFrame(look);
          else reject(new Error(`${to}: ${isThere ? `${left.length} parts still wait` : `no ${wanted}`}`));
        };
        history.pushState({}, '', to);
        window.dispatchEvent(new PopStateEvent('popstate'));
        look();
      }),
    [address, selector, LONGEST_MILLISECONDS] as const,
  );
}

/** The service as the reader's pages have it, for calls beside them. */
export async function serviceOf(context: BrowserContext, link: string): Promise<{ client: Client; close(): void }> {
  const { origin } = new URL(link);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api`, { origin, headers: { cookie } });
  await once(socket, 'open');
  const websocket = socket as unknown as globalThis.WebSocket;
  return { client: createORPCClient(new RPCLink({ websocket })), close: () => socket.close() };
}
