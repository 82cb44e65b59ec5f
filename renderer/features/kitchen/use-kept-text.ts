import { useCallback, useState } from 'react';

type Change = string | ((current: string) => string);

/** A text that outlives its page for as long as the window is open. What is as it was to begin with is not kept. */
export function useKeptText(key: string, initial: string): readonly [string, (change: Change) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? initial);
  const change = useCallback(
    (next: Change) =>
      setText((current) => {
        const value = typeof next === 'string' ? next : next(current);
        if (value === initial) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, value);
        return value;
      }),
    [key, initial],
  );
  return [text, change];
}
