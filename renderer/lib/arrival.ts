/** Kinds of navigation, as the history tells them. */
type Navigation = 'PUSH' | 'REPLACE' | 'BACK' | 'FORWARD' | 'GO';

let latest: Navigation = 'PUSH';

/** To be told of every navigation before its page is drawn. */
export function noteNavigation(type: Navigation): void {
  if (type !== 'REPLACE') latest = type;
}

/** Whether the page at hand was returned to, and is scrolled to where it was left as soon as it is drawn. */
export function cameBack(): boolean {
  return latest !== 'PUSH';
}
