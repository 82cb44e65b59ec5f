import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
import { TagsButton } from '../../components/tags-button.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import classes from './ingredients.module.css';
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
    <Paper
      withBorder
      shadow="md"
      px="sm"
      py={8}
      mt="sm"
      className={classes.bar!}
      component="section"
      aria-label="Chosen ingredients"
    >
      <Group gap="xs">
        <CloseButton size="sm" aria-label="Choose none" onClick={onClear} />
        <Text size="sm" fw={500} mr="sm" role="status">
          {formatNumberOf(ids.length, 'ingredient')} chosen
        </Text>
        <TagsButton
          of="ingredients"
          rows={chosen}
          maxTags={20}
          onChange={(add, taken) => changes.tag(ids, add, taken)}
        />
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
      </Group>
    </Paper>
  );
}
