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

/** Milliseconds from a click until another page is there with its data, and painted; measured inside the page. */
export async function timeToPage(link: Locator): Promise<number> {
  return await link.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        const heading = (): string => document.querySelector('main h1')?.textContent ?? '';
        const before = heading();
        const start = performance.now();
        const look = (): void => {
          const isThere = heading() !== before && heading() !== '';
          const waits = document.querySelector('main .mantine-Skeleton-root') !== null;
          if (!isThere || waits) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        };
        (element as HTMLElement).click();
        look();
      }),
  );
}

/** Milliseconds from going to an address within the application until `selector` is there and nothing waits for data any more. */
export async function timeToAddress(page: Page, address: string, selector: string): Promise<number> {
  return await page.evaluate(
    ([to, wanted]) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const look = (): void => {
          const figures = [...document.querySelectorAll('main figure')];
          const isThere =
            document.querySelector(wanted) !== null &&
            document.querySelector('main .mantine-Skeleton-root') === null &&
            figures.every((figure) => figure.querySelector('.main-svg') !== null);
          if (!isThere) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        };
        history.pushState({}, '', to);
        window.dispatchEvent(new PopStateEvent('popstate'));
        look();
      }),
    [address, selector] as const,
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
