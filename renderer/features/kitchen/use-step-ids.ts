import { useState } from 'react';

interface StepIds {
  /** One for each step, in order; a step keeps its own wherever it is moved. */
  readonly ids: readonly number[];
  readonly move: (from: number, to: number) => void;
  readonly remove: (index: number) => void;
}

/** What steps are told apart by while their list is edited here; one that is edited in the file counts as what stood in its place. */
export function useStepIds(count: number): StepIds {
  const [known, setKnown] = useState<readonly number[]>([]);
  const ids = Array.from({ length: count }, (_, index) => known[index] ?? freeFrom(known) + index);
  return {
    ids,
    move(from, to) {
      const next = [...ids];
      next.splice(to, 0, ...next.splice(from, 1));
      setKnown(next);
    },
    remove: (index) => setKnown(ids.filter((_, place) => place !== index)),
  };
}

function freeFrom(known: readonly number[]): number {
  return Math.max(0, ...known.map((id) => id + 1));
}
