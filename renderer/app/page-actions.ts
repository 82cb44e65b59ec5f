/** What the page at hand offers in its head, read off the page itself: no page can have an action that cannot be found. */
export interface PageAction {
  readonly label: string;
  readonly run: () => void;
}

export function pageActions(): readonly PageAction[] {
  const found = document.querySelectorAll<HTMLElement>('main [data-page-actions] :is(button, a[href])');
  return [...found].flatMap((element) => {
    const label = (element.getAttribute('aria-label') ?? element.textContent).trim();
    const isOff = element.matches(':disabled, [data-disabled], [aria-disabled="true"]');
    return label === '' || isOff ? [] : [{ label, run: () => element.click() }];
  });
}
