import { useEffect, useMemo } from 'react';
import type { RecipeDraft } from './recipe-text.ts';

/** Options as they last were, by the recipe that they belong to. */
export type KeptOptions = Readonly<Record<string, RecipeDraft['options']>>;

interface Keeper {
  readonly all: () => KeptOptions;
  readonly forget: () => void;
}

/** Remembers every recipe's options while another is chosen, for as long as the window is open. */
export function useKeptOptions(key: string, draft: RecipeDraft | undefined): Keeper {
  const keeper = useMemo((): Keeper => {
    return { all: () => read(key), forget: () => sessionStorage.removeItem(key) };
  }, [key]);
  useEffect(() => {
    if (draft === undefined || draft.recipe === '') return;
    sessionStorage.setItem(key, JSON.stringify({ ...read(key), [draft.recipe]: draft.options }));
  }, [key, draft]);
  return keeper;
}

function read(key: string): KeptOptions {
  return JSON.parse(sessionStorage.getItem(key) ?? '{}') as KeptOptions;
}
