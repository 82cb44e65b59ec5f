import { Button, CloseButton, Group, Paper, Popover, TagsInput, Text } from '@mantine/core';
import { IconTag, IconTrash } from '@tabler/icons-react';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
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
        <TagButton chosen={chosen} onChange={(add, taken) => changes.tag(ids, add, taken)} />
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

interface TagButtonProps {
  readonly chosen: readonly IngredientRow[];
  readonly onChange: (add: readonly string[], taken: readonly string[]) => void;
}

/** Tags that all the chosen have; adding and taking away goes for all of them. */
function TagButton({ chosen, onChange }: TagButtonProps) {
  const common = (chosen[0]?.tags ?? []).filter((tag) => chosen.every(({ tags }) => tags.includes(tag)));
  return (
    <Popover position="top" width={300} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconTag size={15} />}>
          Tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TagsInput
          label="Tags of the chosen ingredients"
          description="Enter after each; what all of them have is shown"
          data-autofocus
          maxTags={20}
          value={common}
          data={[...new Set(chosen.flatMap(({ tags }) => tags))]}
          comboboxProps={{ withinPortal: false }}
          onChange={(tags) =>
            onChange(
              tags.filter((tag) => !common.includes(tag)),
              common.filter((tag) => !tags.includes(tag)),
            )
          }
        />
      </Popover.Dropdown>
    </Popover>
  );
}
