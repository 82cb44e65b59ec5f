import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { PreflightFile } from '../../../preload/contract/ingredients.ts';

type Names = Readonly<Record<string, string>>;

interface ProposedNamesProps {
  readonly file: PreflightFile;
  readonly onConfirm: (names: Names) => void;
}

/** Which of a file's tensors may be which: to be looked through, put right and only then used. */
export function ProposedNames({ file, onConfirm }: ProposedNamesProps) {
  const pairs = file.proposal?.pairs ?? [];
  const [names, setNames] = useState<Names>(() => Object.fromEntries(pairs.map(({ name, inFile }) => [name, inFile])));
  const inFile = [...new Set(pairs.map((pair) => pair.inFile))];
  const isTwice = new Set(Object.values(names)).size < Object.keys(names).length;
  return (
    <Stack gap="xs" mt="xs">
      <Text size="sm">
        The names differ. These may stand for each other; nothing is renamed before you have confirmed it.
      </Text>
      <Table.ScrollContainer minWidth={420} maxHeight="30vh">
        <Table aria-label={`Proposed names for ${file.name}`} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Tensor</Table.Th>
              <Table.Th>In the file</Table.Th>
              <Table.Th>Because of</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pairs.map(({ name, reason }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  <Select
                    size="xs"
                    aria-label={`Name of ${name} in the file`}
                    data={inFile}
                    value={names[name] ?? null}
                    allowDeselect={false}
                    searchable
                    onChange={(chosen) => chosen !== null && setNames({ ...names, [name]: chosen })}
                  />
                </Table.Td>
                <Table.Td>{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group>
        <Button size="xs" disabled={isTwice} onClick={() => onConfirm(names)}>
          Use these names
        </Button>
        {isTwice && <Text size="xs">A tensor of the file is named twice.</Text>}
      </Group>
    </Stack>
  );
}
