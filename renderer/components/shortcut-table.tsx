import { Group, Kbd, Table } from '@mantine/core';
import { SHORTCUTS } from '../lib/shortcuts.ts';

export function ShortcutTable() {
  return (
    <Table aria-label="Keyboard shortcuts" verticalSpacing={6} horizontalSpacing={0} withRowBorders={false}>
      <Table.Tbody>
        {SHORTCUTS.map(({ keys, does }) => (
          <Table.Tr key={does}>
            <Table.Td>{does}</Table.Td>
            <Table.Td>
              <Group gap={4} justify="flex-end">
                {keys.map((key) => (
                  <Kbd key={key} size="sm">
                    {key}
                  </Kbd>
                ))}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
