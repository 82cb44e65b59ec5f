import { Button, Checkbox, Popover, ScrollArea, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import type { IngredientColumn } from './ingredient-columns.ts';
import classes from './ingredients.module.css';
import type { ShowIngredients } from './ingredients-page.tsx';
import { type IngredientsSearch, ORIGINS } from './ingredients-search.ts';
import type { ScoredIngredient } from './scored-ingredient.ts';

interface IngredientsToolbarProps {
  readonly ingredients: readonly ScoredIngredient[];
  readonly columns: readonly IngredientColumn[];
  readonly shown: readonly IngredientColumn[];
  readonly search: IngredientsSearch;
  readonly show: ShowIngredients;
}

export function IngredientsToolbar({ ingredients, columns, shown, search, show }: IngredientsToolbarProps) {
  const tags = [...new Set(ingredients.flatMap((ingredient) => ingredient.tags))].sort();
  return (
    <div className={classes.toolbar}>
      <TextInput
        className={classes.search}
        aria-label="Search ingredients"
        data-search
        placeholder="Search by name, tag or hyper-parameter"
        leftSection={<IconSearch size={16} />}
        value={search.q ?? ''}
        onChange={(event) => show({ q: event.currentTarget.value })}
      />
      <Select
        aria-label="Origin"
        placeholder="Any origin"
        w={140}
        clearable
        clearButtonProps={{ 'aria-label': 'Any origin' }}
        data={ORIGINS}
        value={search.origin ?? null}
        onChange={(value) => show({ origin: ORIGINS.find((origin) => origin === value) })}
      />
      {tags.length > 0 && (
        <Select
          aria-label="Tag"
          placeholder="Any tag"
          w={140}
          clearable
          clearButtonProps={{ 'aria-label': 'Any tag' }}
          data={tags}
          value={search.tag ?? null}
          onChange={(value) => show({ tag: value ?? undefined })}
        />
      )}
      <SegmentedControl
        aria-label="View"
        value={search.view ?? 'table'}
        onChange={(value) => show({ view: value === 'lineage' ? 'lineage' : undefined })}
        data={[
          { value: 'table', label: 'Table' },
          { value: 'lineage', label: 'Lineage' },
        ]}
      />
      {search.view === undefined && <ColumnChoice columns={columns} shown={shown} show={show} />}
    </div>
  );
}

interface ColumnChoiceProps {
  readonly columns: readonly IngredientColumn[];
  readonly shown: readonly IngredientColumn[];
  readonly show: ShowIngredients;
}

function ColumnChoice({ columns, shown, show }: ColumnChoiceProps) {
  const ids = new Set(shown.map(({ id }) => id));
  const choose = (id: string, chosen: boolean): void =>
    show({
      columns: columns
        .filter((column) => (column.id === id ? chosen : ids.has(column.id)))
        .map((column) => column.id)
        .join(','),
    });
  const groups = [...new Set(columns.map(({ group }) => group))];
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <ScrollArea.Autosize mah={420} type="auto">
          <Stack gap="xs" pr="md">
            {groups.map((group) => {
              const own = columns.filter((column) => column.group === group && column.id !== 'name');
              if (own.length === 0) return null;
              return (
                <Stack key={group} gap={6} role="group" aria-label={group}>
                  <Text size="xs" c="dimmed" fw={600}>
                    {group}
                  </Text>
                  {own.map(({ id, title }) => (
                    <Checkbox
                      key={id}
                      size="xs"
                      label={title}
                      checked={ids.has(id)}
                      onChange={(event) => choose(id, event.currentTarget.checked)}
                    />
                  ))}
                </Stack>
              );
            })}
            <Button size="compact-sm" variant="subtle" onClick={() => show({ columns: undefined })}>
              As it was
            </Button>
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
