import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, useCallback } from 'react';

/**
 * Follows plain links within the application, wherever in an element they are: a component for each would be most of the work of
 * drawing a long table. What opens elsewhere (another tab, another window) is the browser's.
 */
export function useLinks(): (event: MouseEvent) => void {
  const router = useRouter();
  return useCallback(
    (event) => {
      const link = (event.target as Element).closest('a[href]');
      const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (link === null || isElsewhere || event.defaultPrevented) return;
      event.preventDefault();
      router.history.push(link.getAttribute('href')!);
    },
    [router],
  );
}
