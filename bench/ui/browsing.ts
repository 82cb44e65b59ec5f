import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import type { Client } from '../../preload/contract/contract.ts';

const VIEWPORT = { width: 1320, height: 840 };

/** A new reader with an empty cache, whose pages write down every task that kept their main thread for more than 50 ms. */
export async function newReader(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  await context.addInitScript(() => {
    const tasks: number[] = [];
    Reflect.set(window, 'longTasks', tasks);
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask', buffered: true });
  });
  return context;
}

/** Milliseconds of the long tasks since the last time this was asked. */
export async function longTasks(page: Page): Promise<readonly number[]> {
  return await page.evaluate(() => (Reflect.get(window, 'longTasks') as number[]).splice(0));
}

/** A page that is not there by then never comes: the benchmark ends, and says what it waited for. */
export const LONGEST_MILLISECONDS = 60_000;

/** Milliseconds from a click until another page is there with its data, and painted; measured inside the page. */
export async function timeToPage(link: Locator): Promise<number> {
  return await link.evaluate(
    (element, longest) =>
      new Promise<number>((resolve, reject) => {
        const heading = (): string => document.querySelector('main h1')?.textContent ?? '';
        const before = heading();
        const start = performance.now();
        const look = (): void => {
          const isThere = heading() !== before && heading() !== '';
          const waits = document.querySelector('main .mantine-Skeleton-root') !== null;
          if (isThere && !waits) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
          else if (performance.now() - start < longest) requestAnimationFrame(look);
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
