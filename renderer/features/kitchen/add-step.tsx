import { Select, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type Ref, useMemo, useState } from 'react';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import { found, grouped } from './recipe-list.ts';

interface AddStepProps {
  /** What only chains have, and the recipes that may be a step. */
  readonly steps: readonly RecipeCard[];
  readonly recipes: readonly RecipeCard[];
  readonly disabled: boolean;
  readonly field: Ref<HTMLInputElement>;
  readonly onAdd: (name: string) => void;
}

/** A menu of everything that may be a step, each with what it does; typing finds one by any word that it says. */
export function AddStep({ steps, recipes, disabled, field, onAdd }: AddStepProps) {
  const [wanted, setWanted] = useState('');
  const cards = useMemo(() => new Map([...steps, ...recipes].map((card) => [card.name, card])), [steps, recipes]);
  const data = useMemo(() => choicesOf(steps, recipes, wanted), [steps, recipes, wanted]);
  return (
    <Select
      ref={field}
      label="Add a step"
      placeholder={`Find among ${cards.size} steps`}
      leftSection={<IconPlus size={15} aria-hidden />}
      searchable
      selectFirstOptionOnChange
      nothingFoundMessage="No step says that."
      disabled={disabled}
      data={data}
      // What is found, and in which order, is told above.
      filter={({ options }) => options}
      value={null}
      searchValue={wanted}
      onSearchChange={setWanted}
      maxDropdownHeight={360}
      renderOption={({ option }) => (
        <div>
          <Text size="sm" fw={600}>
            {option.label}
          </Text>
          <Text size="xs" c="dimmed">
            {cards.get(option.value)?.description}
          </Text>
        </div>
      )}
      onChange={(name) => {
        if (name === null) return;
        onAdd(name);
        setWanted('');
      }}
    />
  );
}

function choicesOf(steps: readonly RecipeCard[], recipes: readonly RecipeCard[], wanted: string) {
  const option = ({ name, title }: RecipeCard) => ({ value: name, label: title });
  if (wanted.trim() !== '') return found([...steps, ...recipes], wanted).map(option);
  const groups = grouped(recipes).map(({ title, families }) => ({
    group: title,
    items: families.flatMap((family) => family.recipes).map(option),
  }));
  return [{ group: 'Only as steps', items: steps.map(option) }, ...groups];
}
