import { Badge, Table, Text } from '@mantine/core';
import { formatCount } from '../../lib/format.ts';
import type { service } from '../../lib/service.ts';
import { ROLE_COLORS } from './roles.ts';

type Pair = Awaited<ReturnType<typeof service.datasets.leakage.call>>[number];

/** Down: what is scored. Across: what was seen before. In each cell how many samples of the first are in the second. */
export function LeakageMatrix({ pairs }: { readonly pairs: readonly Pair[] }) {
  const seen = distinct(pairs.map((pair) => pair.seen));
  const scored = distinct(pairs.map((pair) => pair.scored));
  return (
    <Table.ScrollContainer minWidth={360} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Shared samples" verticalSpacing={6} w="auto" miw={420} mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Scored</Table.Th>
            {seen.map((split) => (
              <Table.Th key={split.id} ta="right">
                also in {split.name} <RoleBadge role={split.role} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scored.map((split) => (
            <Table.Tr key={split.id}>
              <Table.Th scope="row" fw={500}>
                {split.name} <RoleBadge role={split.role} />
              </Table.Th>
              {seen.map(({ id }) => (
                <Cell key={id} pair={pairs.find((pair) => pair.seen.id === id && pair.scored.id === split.id)} />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cell({ pair }: { readonly pair: Pair | undefined }) {
  return (
    <Table.Td ta="right" className="numeric" fw={pair !== undefined && pair.shared > 0 ? 700 : 400}>
      {pair === undefined ? (
        <Text span inherit c="dimmed">
          may share
        </Text>
      ) : (
        <>
          {formatCount(pair.shared)}
          <Text span size="xs" c="dimmed">{` of ${formatCount(pair.of)}`}</Text>
        </>
      )}
    </Table.Td>
  );
}

function RoleBadge({ role }: { readonly role: Pair['seen']['role'] }) {
  return (
    <Badge size="xs" variant="light" color={ROLE_COLORS[role]} tt="none" miw="max-content">
      {role}
    </Badge>
  );
}

function distinct(splits: readonly Pair['seen'][]): readonly Pair['seen'][] {
  return [...new Map(splits.map((split) => [split.id, split])).values()];
}
