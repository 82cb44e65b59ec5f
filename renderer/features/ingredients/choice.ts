export type Choice = ReadonlySet<number>;

/** What is chosen, as the address keeps it: ids of ingredients, separated by commas. */
export function choiceOf(text: string | undefined): Choice {
  return new Set(
    (text ?? '')
      .split(',')
      .map(Number)
      .filter((id) => Number.isInteger(id) && id > 0),
  );
}

export function textOfChoice(choice: Choice): string | undefined {
  return choice.size === 0 ? undefined : [...choice].join(',');
}

/**
 * The choice after `id` was chosen or left out; with `from`, all between the two in the list's order go the same way.
 * @param order ids as they are listed
 */
export function choose(
  choice: Choice,
  order: readonly number[],
  { id, chosen, from }: { readonly id: number; readonly chosen: boolean; readonly from?: number | undefined },
): Choice {
  const [start, end] = [order.indexOf(from ?? id), order.indexOf(id)];
  const range = start < 0 || end < 0 ? [id] : order.slice(Math.min(start, end), Math.max(start, end) + 1);
  const next = new Set(choice);
  for (const one of range) {
    if (chosen) next.add(one);
    else next.delete(one);
  }
  return next;
}
