import { expect, type Locator, type Page } from '@playwright/test';

/**
 * A user whose clicks are counted, and who may make only so many.
 *
 * A click is any press of a mouse button, and putting the cursor into a field is one as well. What is not: typing into a field that
 * has the focus already, either because the page put it there or by the key that the list of shortcuts names for it (`/`). Enter
 * and Space never stand in for a click.
 */
export class CountedPage {
  readonly page: Page;
  readonly #most: number;
  #clicks = 0;

  constructor(page: Page, most: number) {
    this.page = page;
    this.#most = most;
  }

  get clicks(): number {
    return this.#clicks;
  }

  /** @throws Error when it is one too many */
  async click(target: Locator): Promise<void> {
    this.#clicks += 1;
    if (this.#clicks > this.#most) throw new Error(`More than ${this.#most} clicks: ${target}`);
    await target.click();
  }

  /** Types over what is in a field that has the focus. */
  async type(field: Locator, text: string): Promise<void> {
    await expect(field).toBeFocused();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  /** Goes to the field by which the page is searched, and types. */
  async search(field: Locator, text: string): Promise<void> {
    await expect(field).toBeVisible();
    await this.page.keyboard.press('/');
    await this.type(field, text);
  }
}
