import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CompareChoice } from '../../../preload/contract/compare.ts';
import { service } from '../../lib/service.ts';

type Named = Pick<CompareChoice, 'ref' | 'kind' | 'label'>;

interface SubjectPickerProps {
  readonly projectId: number;
  /** Names of what may be chosen already. */
  readonly named: readonly Named[];
  readonly value: readonly string[];
  readonly onChange: (refs: readonly string[]) => void;
}

const GROUPS = [
  { kind: 'soup', group: 'Soups' },
  { kind: 'ingredient', group: 'Ingredients' },
  { kind: 'ensemble', group: 'Ensembles' },
] as const;

const PAUSE = 150;

/** Any mixture of soups, ingredients and ensembles, found by name among all there are. */
export function SubjectPicker({ projectId, named, value, onChange }: SubjectPickerProps) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), PAUSE);
  const { data: found = [] } = useQuery(
    service.compare.choices.queryOptions({
      input: { projectId, text: asked },
      placeholderData: keepPreviousData,
    }),
  );
  const names = useRef(new Map<string, Named>());
  for (const subject of [...named, ...found]) names.current.set(subject.ref, subject);
  const chosen = value.map((ref) => names.current.get(ref) ?? { ref, kind: 'soup' as const, label: ref });
  const offered = [...chosen, ...found.filter(({ ref }) => !value.includes(ref))];
  return (
    <MultiSelect
      label="Compared"
      searchable
      clearable
      hidePickedOptions
      maxDropdownHeight={320}
      nothingFoundMessage="Nothing by that name"
      placeholder={value.length === 0 ? 'Choose runs, ingredients and ensembles' : 'Add by name or by number of run'}
      clearButtonProps={{ 'aria-label': 'Choose none' }}
      searchValue={text}
      onSearchChange={setText}
      // The service has searched already.
      filter={({ options }) => options}
      data={GROUPS.map(({ kind, group }) => ({
        group,
        items: offered.filter((choice) => choice.kind === kind).map(({ ref, label }) => ({ value: ref, label })),
      }))}
      value={[...value]}
      onChange={onChange}
    />
  );
}
