import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { IngredientDetailsView } from './ingredient-details.tsx';

interface IngredientDrawerProps {
  readonly id: number;
  /** All of the project's, to name relatives by. */
  readonly ingredients: readonly IngredientRow[];
  readonly onOpen: (id: number) => void;
  readonly onClose: () => void;
}

/** One ingredient, from its name down to its tensors. */
export default function IngredientDrawer({ id, ingredients, onOpen, onClose }: IngredientDrawerProps) {
  const query = useQuery(service.ingredients.get.queryOptions({ input: { id } }));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={query.data?.name ?? ingredients.find((known) => known.id === id)?.name ?? 'Ingredient'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <QueryState query={query} what="the ingredient">
        {(details) => (
          <IngredientDetailsView
            key={details.id}
            details={details}
            ingredients={ingredients}
            onOpen={onOpen}
            onRemoved={onClose}
          />
        )}
      </QueryState>
    </Drawer>
  );
}
