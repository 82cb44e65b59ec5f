import { Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  type Column,
  createSortedRowModel,
  type Row,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { formatCount } from '../../lib/format.ts';
import type { Choice } from './choice.ts';
import { AllChoiceCell, RowChoiceCell, useRowChoice } from './choice-cells.tsx';
import type { IngredientColumn } from './ingredient-columns.ts';
import classes from './ingredients.module.css';
import type { ScoredIngredient } from './scored-ingredient.ts';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;

interface IngredientListProps {
  readonly ingredients: readonly ScoredIngredient[];
  readonly columns: readonly IngredientColumn[];
  readonly sorting: SortingState;
  readonly onSorting: (sorting: SortingState) => void;
  readonly open: number | undefined;
  readonly onOpen: (id: number) => void;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Ingredients as a table; Shift with a click on a column sorts by it after the others. */
export function IngredientList(props: IngredientListProps) {
  const { ingredients, columns, sorting, onSorting, open, onOpen, choice, onChoice } = props;
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.title,
        accessorFn: column.value,
        sortFn: compare,
        sortUndefined: 'last' as const,
        sortDescFirst: column.better === 'higher',
      })),
    [columns],
  );
  const data = useMemo(() => [...ingredients], [ingredients]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    state: { sorting },
    onSortingChange: (change) => onSorting(typeof change === 'function' ? change(sorting) : change),
    getRowId: (row) => String(row.id),
  });
  const { rows } = table.getRowModel();
  const order = rows.map(({ original }) => original.id);
  const choosing = useRowChoice(order, { choice, onChoice });
  const byId = new Map(columns.map((column) => [column.id, column]));
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label="Ingredients" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <AllChoiceCell order={order} choice={choice} onChoice={onChoice} />
            {table.getFlatHeaders().map(({ column }) => (
              <HeaderCell key={column.id} column={column} shown={byId.get(column.id)} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ id, original }) => (
            <Table.Tr
              key={id}
              className={classes.row}
              data-open={original.id === open || undefined}
              aria-selected={choice.has(original.id)}
            >
              <RowChoiceCell id={original.id} name={original.name} choosing={choosing} />
              {columns.map((column) =>
                column.id === 'name' ? (
                  <NameCell key="name" ingredient={original} onOpen={onOpen} />
                ) : (
                  <ValueCell key={column.id} ingredient={original} column={column} />
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function compare(a: Row<Features, ScoredIngredient>, b: Row<Features, ScoredIngredient>, column: string): number {
  const [one, other] = [a.getValue<unknown>(column), b.getValue<unknown>(column)];
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), 'en', { numeric: true });
}

interface HeaderCellProps {
  readonly column: Column<Features, ScoredIngredient>;
  readonly shown: IngredientColumn | undefined;
}

function HeaderCell({ column, shown }: HeaderCellProps) {
  const sorted = column.getIsSorted();
  return (
    <Table.Th
      ta={shown?.isNumber === true ? 'right' : 'left'}
      aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
    >
      <button type="button" className={classes.sort} onClick={column.getToggleSortingHandler()}>
        {shown?.title}
        {sorted === 'asc' && <IconArrowUp size={14} aria-hidden />}
        {sorted === 'desc' && <IconArrowDown size={14} aria-hidden />}
      </button>
      {shown?.better !== undefined && !shown.title.startsWith(shown.group) && (
        <Text size="xs" c="dimmed" fw={400}>
          {shown.group}
        </Text>
      )}
    </Table.Th>
  );
}

interface NameCellProps {
  readonly ingredient: ScoredIngredient;
  readonly onOpen: (id: number) => void;
}

function NameCell({ ingredient, onOpen }: NameCellProps) {
  return (
    <Table.Td>
      <Group gap={6}>
        <Tooltip label={ingredient.path}>
          <button type="button" className={classes.name} onClick={() => onOpen(ingredient.id)}>
            {ingredient.name}
          </button>
        </Tooltip>
        {ingredient.missing && (
          <Badge size="sm" variant="light" color="red" tt="none">
            file is gone
          </Badge>
        )}
        {ingredient.tags.map((tag) => (
          <Badge key={tag} size="sm" variant="default" tt="none" fw={500}>
            {tag}
          </Badge>
        ))}
      </Group>
    </Table.Td>
  );
}

interface ValueCellProps {
  readonly ingredient: ScoredIngredient;
  readonly column: IngredientColumn;
}

function ValueCell({ ingredient, column }: ValueCellProps) {
  const text = column.textOf(ingredient);
  const note = noteOf(ingredient, column);
  return (
    <Table.Td ta={column.isNumber ? 'right' : 'left'} className={`numeric ${column.isNumber ? classes.number : ''}`}>
      {note === undefined ? (
        text
      ) : (
        <Tooltip label={note}>
          <span>{text}</span>
        </Tooltip>
      )}
    </Table.Td>
  );
}

/** Where a number comes from. */
function noteOf({ scores, sha256 }: ScoredIngredient, { id }: IngredientColumn): string | undefined {
  if (id === 'sha256') return sha256;
  const score = scores.find(({ splitId }) => id.startsWith(`score:${splitId}:`) || id === `score:${splitId}`)?.score;
  return score === undefined ? undefined : `${formatCount(score.correct)} of ${formatCount(score.total)} right`;
}
