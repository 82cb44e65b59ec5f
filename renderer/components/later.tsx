import { type ReactNode, startTransition, useEffect, useState } from 'react';
import { cameBack } from '../lib/arrival.ts';

/**
 * What stands further down a page than most readers see at first: drawn once what is above has been painted, bit by bit. Who comes back
 * to a page has all of it at once, to be where they were.
 */
export function Later({ children }: { readonly children: ReactNode }) {
  const [isDue, setIsDue] = useState(cameBack);
  useEffect(() => {
    let after: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      after = setTimeout(() => startTransition(() => setIsDue(true)));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(after);
    };
  }, []);
  return isDue ? children : null;
}
