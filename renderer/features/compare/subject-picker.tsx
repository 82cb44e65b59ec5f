import { MultiSelect } from '@mantine/core';
import type { CompareChoice } from '../../../preload/contract/compare.ts';

interface SubjectPickerProps {
  readonly choices: readonly CompareChoice[];
  readonly value: readonly string[];
  readonly onChange: (refs: readonly string[]) => void;
}

const GROUPS = [
  { kind: 'soup', group: 'Soups' },
  { kind: 'ingredient', group: 'Ingredients' },
  { kind: 'ensemble', group: 'Ensembles' },
] as const;

/** Any mixture of soups, ingredients and ensembles. */
export function SubjectPicker({ choices, value, onChange }: SubjectPickerProps) {
  return (
    <MultiSelect
      label="Compared"
      searchable
      clearable
      hidePickedOptions
      maxDropdownHeight={320}
      limit={60}
      nothingFoundMessage="Nothing by that name"
      placeholder={value.length === 0 ? 'Choose runs, ingredients and ensembles' : undefined}
      clearButtonProps={{ 'aria-label': 'Choose none' }}
      data={GROUPS.map(({ kind, group }) => ({
        group,
        items: choices.filter((choice) => choice.kind === kind).map(({ ref, label }) => ({ value: ref, label })),
      }))}
      value={[...value]}
      onChange={onChange}
    />
  );
}
