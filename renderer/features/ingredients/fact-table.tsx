import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names and what belongs to them, one a line. */
export function FactTable({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Table verticalSpacing={5} withRowBorders={false}>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name} style={{ verticalAlign: 'top' }}>
            <Table.Th scope="row" w={170} fw={400} c="dimmed" pl={0}>
              {name}
            </Table.Th>
            <Table.Td className="numeric">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
