import { Code, Table, Text } from '@mantine/core';
import type { Provenance } from '../../../preload/contract/exports.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatSignificant } from '../../lib/format.ts';

/** What was cooked, and how. */
export function SoupFacts({ provenance }: { readonly provenance: Provenance }) {
  const { recipe, summary, options, architecture, accumulate, dtype, stockpot } = provenance;
  const rows: readonly (readonly [string, string])[] = [
    ['Recipe', recipe],
    ...Object.entries(options).map(
      ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
    ),
    ...(summary === null ? [] : [['Outcome', summary] as const]),
    ...(architecture === null ? [] : [['Architecture', architecture] as const]),
    ['Sums in', accumulate],
    ['Written as', dtype === 'keep' ? 'in the ingredients' : dtype],
    ...(stockpot === null ? [] : [['Stockpot', stockpot] as const]),
  ];
  return (
    <Table aria-label="Recipe of the soup" verticalSpacing={6} withRowBorders={false} maw={820}>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" c="dimmed" fw={400} w={180} pl={0} style={{ verticalAlign: 'top' }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const DIGITS = 4;

/** What went in, and where each is now. */
export function SoupIngredients({ ingredients }: Pick<Provenance, 'ingredients'>) {
  const hasWeights = ingredients.some(({ weight }) => weight !== null);
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table aria-label="Ingredients of the soup" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            {hasWeights && <Table.Th ta="right">Weight</Table.Th>}
            <Table.Th>SHA-256</Table.Th>
            <Table.Th>Here</Table.Th>
            <Table.Th>File</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ingredients.map(({ name, weight, sha256, path, recordedPath }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              {hasWeights && (
                <Table.Td ta="right" className="numeric">
                  {weight === null ? '–' : formatSignificant(weight, DIGITS)}
                </Table.Td>
              )}
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Code title={sha256}>{sha256.slice(0, 12)}…</Code>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <StatusBadge color={path === null ? 'red' : 'teal'}>{path === null ? 'not found' : 'here'}</StatusBadge>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {path ?? `was ${recordedPath}`}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
