import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
import { ChosenBar } from '../../components/chosen-bar.tsx';
import { TagsButton } from '../../components/tags-button.tsx';
import { useIngredientChanges } from './use-ingredient-changes.tsx';

interface IngredientBarProps {
  readonly chosen: readonly IngredientRow[];
  readonly onClear: () => void;
}

/** What can be done with the ingredients that are chosen. */
export function IngredientBar({ chosen, onClear }: IngredientBarProps) {
  const changes = useIngredientChanges();
  const ids = chosen.map(({ id }) => id);
  return (
    <ChosenBar of="ingredient" count={ids.length} onClear={onClear}>
      <TagsButton of="ingredients" rows={chosen} maxTags={20} onChange={(add, taken) => changes.tag(ids, add, taken)} />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={15} />}
        onClick={() => {
          changes.remove(ids);
          onClear();
        }}
      >
        Take off the list
      </Button>
    </ChosenBar>
  );
}
