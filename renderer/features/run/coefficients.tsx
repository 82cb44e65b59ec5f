import { ScrollArea, Table } from '@mantine/core';
import { type CoefficientTable, formatWeight, groupLabel, shadeOf } from './coefficient-table.ts';
import classes from './run.module.css';

/** The soup's weights, darker where they weigh more: ingredients down, groups of tensors across. */
export function Coefficients({ table }: { readonly table: CoefficientTable }) {
  return (
    <ScrollArea.Autosize mah={460} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Coefficients' }}>
      <Table
        aria-label="Coefficients"
        stickyHeader
        withTableBorder={false}
        className={classes.heatmap}
        maw={260 + 150 * table.groups.length}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Ingredient</Table.Th>
            {table.groups.map(({ group }) => (
              <Table.Th key={group} ta="right">
                {groupLabel(group)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.ingredients.map((name, row) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              {table.groups.map(({ group, weights }) => {
                const weight = weights[row] ?? 0;
                const { share, negative } = shadeOf(weight, table);
                return (
                  <Table.Td
                    key={group}
                    ta="right"
                    className={`numeric ${classes.weight} ${negative ? classes.negative : ''}`}
                    style={{ '--share': share } as React.CSSProperties}
                  >
                    {formatWeight(weight)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
