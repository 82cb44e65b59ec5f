import { ActionIcon, Input, Table } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import type { FieldErrors } from './field-errors.ts';
import type { OptionField } from './option-fields.ts';
import classes from './options.module.css';
import { FilterRows, ValueInput } from './setting-input.tsx';
import { type Conditional, variationOf, variedAs, writtenSetting } from './setting-text.ts';

interface IngredientTableProps {
  readonly field: Extract<OptionField, { readonly kind: 'table' }>;
  readonly value: unknown;
  /** Values for all ingredients, by the column's name: what counts where a cell is empty. */
  readonly common: Readonly<Record<string, unknown>>;
  readonly ingredients: readonly string[];
  readonly errors: FieldErrors;
  readonly disabled: boolean;
  readonly onChange: (ingredient: string, column: string, value: unknown) => void;
}

/** Options of single ingredients, a row for each; a cell that is empty takes the value for all. */
export function IngredientTable(props: IngredientTableProps) {
  const { field, ingredients, errors } = props;
  const own = recordOf(props.value);
  const strangers = Object.keys(own).filter((name) => !ingredients.includes(name));
  const message = errors.at(field.name) ?? strangers.map((name) => errors.at(`${field.name}.${name}`)).find(Boolean);
  return (
    <div className={classes.wide}>
      <Table aria-label="Options by ingredient" verticalSpacing={4} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Ingredient</Table.Th>
            {field.columns.map(({ name, label }) => (
              <Table.Th key={name}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...ingredients, ...strangers].map((ingredient) => (
            <Table.Tr key={ingredient}>
              <Table.Th scope="row" fw={400}>
                {ingredient}
              </Table.Th>
              {field.columns.map((column) => (
                <Table.Td key={column.name}>
                  <Cell
                    {...props}
                    ingredient={ingredient}
                    column={column}
                    cell={recordOf(own[ingredient])[column.name]}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Input.Description mt={5}>{field.description}.</Input.Description>
      {message !== undefined && <Input.Error mt={5}>{message}</Input.Error>}
    </div>
  );
}

interface CellProps extends IngredientTableProps {
  readonly ingredient: string;
  readonly column: OptionField;
  readonly cell: unknown;
}

function Cell({ field, common, errors, disabled, onChange, ingredient, column, cell }: CellProps) {
  const label = `${column.label} of ${ingredient}`;
  const place = `${field.name}.${ingredient}.${column.name}`;
  const put = (value: unknown): void => onChange(ingredient, column.name, value);
  if (variationOf(cell) === 'name') {
    return (
      <FilterRows
        label={label}
        kind={column.kind}
        rows={cell as readonly Conditional[]}
        errorAt={(inner) => errors.within(`${place}.${inner}`)}
        disabled={disabled}
        onChange={put}
      />
    );
  }
  const shared = common[column.name];
  return (
    <div className={classes.cell}>
      <ValueInput
        label={label}
        kind={column.kind}
        value={cell}
        placeholder={variationOf(shared) === 'name' ? 'by tensor name' : writtenSetting(shared)}
        error={errors.within(place)}
        disabled={disabled}
        onChange={put}
      />
      {column.varies && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Vary ${label} by tensor name`}
          disabled={disabled}
          onClick={() => put(variedAs(cell ?? shared, 'name', column))}
        >
          <IconFilter size={14} />
        </ActionIcon>
      )}
    </div>
  );
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
