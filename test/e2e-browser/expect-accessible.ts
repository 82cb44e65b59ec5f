import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './served-application.ts';

const SCHEMES = ['light', 'dark'] as const;

/** Nothing that axe objects to, in the themes asked for (both by default), once the page has come to rest. */
export async function expectAccessible(
  page: Page,
  schemes: readonly (typeof SCHEMES)[number][] = SCHEMES,
): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await page.evaluate(comeToRest);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
}

/** Runs in the page: waits until two frames have gone by in which no transition or animation that ends is under way. */
async function comeToRest(): Promise<void> {
  const ending = (): readonly Animation[] =>
    document
      .getAnimations()
      .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
      .filter(({ playState }) => playState === 'running');
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  let quietFrames = 0;
  while (quietFrames < 2) {
    await frame();
    const running = ending();
    quietFrames = running.length === 0 ? quietFrames + 1 : 0;
    await Promise.allSettled(running.map((animation) => animation.finished));
  }
}
