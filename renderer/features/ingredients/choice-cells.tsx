import { Checkbox, Table } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import { type Choice, choose } from './choice.ts';

interface Choosing {
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Marks the checkboxes that the arrow keys go through. */
const ROW_BOX = 'data-row-box';

/**
 * Choosing rows of a list by mouse and keyboard: Shift with a click takes all since the last one, ↑ and ↓ go from row to row, Shift
 * with them chooses along the way.
 * @param order ids as they are listed
 */
export function useRowChoice(order: readonly number[], { choice, onChoice }: Choosing) {
  const last = useRef<number>(undefined);
  const take = (id: number, chosen: boolean, asRange: boolean): void => {
    onChoice(choose(choice, order, { id, chosen, from: asRange ? last.current : undefined }));
    last.current = id;
  };
  const move = (event: KeyboardEvent<HTMLInputElement>, id: number): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = order[order.indexOf(id) + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    if (event.shiftKey) {
      onChoice(choose(choice, order, { id: next, chosen: true, from: id }));
      last.current = next;
    }
    event.currentTarget.closest('table')?.querySelector<HTMLElement>(`[${ROW_BOX}="${next}"]`)?.focus();
  };
  return { choice, take, move };
}

interface RowChoiceProps {
  readonly id: number;
  readonly name: string;
  readonly choosing: ReturnType<typeof useRowChoice>;
}

export function RowChoiceCell({ id, name, choosing: { choice, take, move } }: RowChoiceProps) {
  return (
    <Table.Td w={36} pr={0}>
      <Checkbox
        size="xs"
        aria-label={`Choose ${name}`}
        checked={choice.has(id)}
        {...{ [ROW_BOX]: id }}
        onChange={(event) => take(id, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey === true)}
        onKeyDown={(event) => move(event, id)}
      />
    </Table.Td>
  );
}

export function AllChoiceCell({ order, choice, onChoice }: Choosing & { readonly order: readonly number[] }) {
  const here = order.filter((id) => choice.has(id)).length;
  return (
    <Table.Th w={36} pr={0}>
      <Checkbox
        size="xs"
        aria-label="Choose all that are listed"
        checked={here > 0 && here === order.length}
        indeterminate={here > 0 && here < order.length}
        onChange={(event) => onChoice(new Set(event.currentTarget.checked ? [...choice, ...order] : []))}
      />
    </Table.Th>
  );
}
