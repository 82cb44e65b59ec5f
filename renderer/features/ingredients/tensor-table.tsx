import { ScrollArea, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IngredientDetails } from '../../../preload/contract/ingredients.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';

/** Nobody reads on beyond this; the search reaches the rest. */
const MOST_SHOWN = 300;

export function TensorTable({ tensors }: Pick<IngredientDetails, 'tensors'>) {
  const [q, setQ] = useState('');
  const found = tensors.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()));
  return (
    <>
      <TextInput
        size="xs"
        mb="xs"
        aria-label="Search tensors"
        placeholder="Search by name"
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, 'aria-label': 'List of tensors', role: 'region' }}>
        <Table aria-label="Tensors" verticalSpacing={3} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Shape</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th ta="right">Elements</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="numeric">
            {found.slice(0, MOST_SHOWN).map(({ name, shape, dtype, parameterCount }) => (
              <Table.Tr key={name}>
                <Table.Td ff="monospace" fz="sm">
                  {name}
                </Table.Td>
                <Table.Td>{shape.length === 0 ? 'scalar' : shape.join(' × ')}</Table.Td>
                <Table.Td>{dtype}</Table.Td>
                <Table.Td ta="right">{formatCount(parameterCount)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {found.length > MOST_SHOWN && (
        <Text size="sm" c="dimmed">
          {formatNumberOf(found.length - MOST_SHOWN, 'more tensor')}; search for them by name.
        </Text>
      )}
    </>
  );
}
