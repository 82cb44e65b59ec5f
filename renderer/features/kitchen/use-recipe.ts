import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import type { CookEstimate, RecipeOutline } from '../../../preload/contract/kitchen.ts';
import { service } from '../../lib/service.ts';
import { type Finding, type RecipeDraft, readText } from './recipe-text.ts';

const PAUSE_MILLISECONDS = 250;

interface RecipeAtHand {
  /** What the form shows: of the last text that could be read. */
  readonly draft: RecipeDraft | undefined;
  /** The text cannot be read at present, so the form cannot write into it. */
  readonly isBroken: boolean;
  readonly findings: readonly Finding[];
  /** What the service says against single fields, by their place: `options.order`. */
  readonly errors: ReadonlyMap<string, string>;
  /** Tensors, scopes and steps: of the last text that the service could read. */
  readonly outline: RecipeOutline | undefined;
  readonly estimate: CookEstimate | null;
  /** The service has not said yet what it thinks of the text as it is now. */
  readonly isChecking: boolean;
  readonly checkError: unknown;
}

/** A recipe text, read here at once and checked by the service as soon as the typing pauses. */
export function useRecipe(projectId: number, text: string): RecipeAtHand {
  const read = useMemo(() => readText(text), [text]);
  const lastDraft = useRef<RecipeDraft>(undefined);
  if (read.kind === 'read') lastDraft.current = read.draft;
  const [settled] = useDebouncedValue(text, PAUSE_MILLISECONDS);
  const isReadable = read.kind === 'read';
  const check = useQuery({
    ...service.kitchen.check.queryOptions({ input: { projectId, text: settled } }),
    enabled: isReadable && settled === text,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
  const isChecking = isReadable && (settled !== text || check.isPlaceholderData || check.isPending);
  const lastOutline = useRef<RecipeOutline>(undefined);
  if (check.data?.outline != null) lastOutline.current = check.data.outline;
  const found = isReadable ? (check.data?.findings ?? []) : [];
  return {
    draft: lastDraft.current,
    isBroken: !isReadable,
    findings: isReadable
      ? found.map(({ line, message }) => (line === null ? { message } : { line, message }))
      : read.findings,
    errors: new Map(found.map(({ field, message }) => [field, message])),
    outline: lastOutline.current,
    estimate: isReadable ? (check.data?.estimate ?? null) : null,
    isChecking,
    checkError: check.error,
  };
}
