import { Button, Checkbox, Group, ScrollArea, Table, Text, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import type { PantryIngredient } from '../../../preload/contract/kitchen.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { foreign, isChosen, matchesFilter, withChosen } from './ingredient-choice.ts';
import type { DraftIngredient } from './recipe-text.ts';

interface IngredientPickerProps {
  readonly pantry: readonly PantryIngredient[];
  readonly chosen: readonly DraftIngredient[];
  readonly filter: string;
  readonly disabled: boolean;
  readonly onFilter: (filter: string) => void;
  readonly onChange: (chosen: readonly DraftIngredient[]) => void;
}

/** Which ingredients go in: one by one, or all that a filter leaves. */
export function IngredientPicker({ pantry, chosen, filter, disabled, onFilter, onChange }: IngredientPickerProps) {
  const shown = pantry.filter((ingredient) => matchesFilter(ingredient, filter));
  const others = foreign(chosen, pantry);
  const put = (ingredients: readonly PantryIngredient[], take: boolean): void =>
    onChange(withChosen(chosen, pantry, ingredients, take));
  const takenOfShown = shown.filter((ingredient) => isChosen(ingredient, chosen)).length;
  return (
    <>
      <Group gap="xs" mb="xs">
        <TextInput
          aria-label="Filter ingredients"
          placeholder="Filter by name or “optimizer: sgd”"
          leftSection={<IconFilter size={15} aria-hidden />}
          value={filter}
          flex={1}
          miw={200}
          onChange={(event) => onFilter(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={disabled || takenOfShown === shown.length}
          onClick={() =>
            put(
              shown.filter(({ missing }) => !missing),
              true,
            )
          }
        >
          {filter === '' ? 'Take all' : 'Take these'}
        </Button>
        <Button variant="default" disabled={disabled || takenOfShown === 0} onClick={() => put(shown, false)}>
          {filter === '' ? 'Take none' : 'Leave these out'}
        </Button>
        {filter !== '' && (
          <Button
            variant="default"
            disabled={disabled || shown.length === 0}
            onClick={() => onChange(withChosen(withChosen(chosen, pantry, pantry, false), pantry, shown, true))}
          >
            Only these
          </Button>
        )}
      </Group>
      <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'List of ingredients' }}>
        <Table aria-label="Ingredients to take" verticalSpacing={6} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={36}>
                <Checkbox
                  aria-label="Take all shown"
                  checked={shown.length > 0 && takenOfShown === shown.length}
                  indeterminate={takenOfShown > 0 && takenOfShown < shown.length}
                  disabled={disabled || shown.length === 0}
                  onChange={(event) => put(shown, event.currentTarget.checked)}
                />
              </Table.Th>
              <Table.Th>Ingredient</Table.Th>
              <Table.Th>Architecture</Table.Th>
              <Table.Th ta="right">Accuracy on selection</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((ingredient) => (
              <Row
                key={ingredient.id}
                ingredient={ingredient}
                taken={isChosen(ingredient, chosen)}
                disabled={disabled}
                onTake={(take) => put([ingredient], take)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed" py="sm">
          No ingredient matches “{filter}”.
        </Text>
      )}
      <Text size="sm" c="dimmed" mt={6} role="status">
        {formatNumberOf(chosen.length, 'ingredient')} taken
        {others.length > 0 &&
          `, ${others.length} of them only in the recipe file: ${others.map(({ name, path }) => name ?? path).join(', ')}`}
      </Text>
    </>
  );
}

function Row({
  ingredient,
  taken,
  disabled,
  onTake,
}: {
  readonly ingredient: PantryIngredient;
  readonly taken: boolean;
  readonly disabled: boolean;
  readonly onTake: (take: boolean) => void;
}) {
  const { name, architecture, selectionAccuracy, isBase, missing } = ingredient;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Take ${name}`}
          checked={taken}
          disabled={disabled || (missing && !taken)}
          onChange={(event) => onTake(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Group gap="xs">
          <span>{name}</span>
          {isBase && <StatusBadge color="gray">base</StatusBadge>}
          {missing && <StatusBadge color="red">file missing</StatusBadge>}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {architecture}
        </Text>
      </Table.Td>
      <Table.Td ta="right" className="numeric">
        {selectionAccuracy === null ? '–' : `${(100 * selectionAccuracy).toFixed(2)} %`}
      </Table.Td>
    </Table.Tr>
  );
}
