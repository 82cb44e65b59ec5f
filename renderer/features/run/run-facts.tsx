import { ActionIcon, Code, CopyButton, Group, Table, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { RunFacts } from '../../../preload/contract/reports.ts';
import { QueryState } from '../../components/query-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

/** What a run was made from and with: enough to judge whether a replay should agree. */
export function Facts({ runId }: { readonly runId: number }) {
  const query = useQuery(service.reports.facts.queryOptions({ input: { runId } }));
  return (
    <QueryState query={query} what="what the run was made from">
      {(facts) => (
        <>
          <section aria-labelledby="made-from">
            <Title order={2} id="made-from" mb="xs">
              Ingredients
            </Title>
            <IngredientFacts ingredients={facts.ingredients} />
          </section>
          <section aria-labelledby="environment">
            <Title order={2} id="environment" mb="xs">
              Environment
            </Title>
            <Environment facts={facts} />
          </section>
        </>
      )}
    </QueryState>
  );
}

function IngredientFacts({ ingredients }: Pick<RunFacts, 'ingredients'>) {
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table aria-label="Ingredients of the run" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>File</Table.Th>
            <Table.Th>SHA-256</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ingredients.map(({ id, name, path, sha256, byteSize, missing }) => (
            <Table.Tr key={`${id} ${name}`}>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  {name}
                  {missing && <StatusBadge color="red">file missing</StatusBadge>}
                </Group>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {path}
                </Text>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Code>{sha256.slice(0, 12)}…</Code>
                <Copy text={sha256} what={`SHA-256 of ${name}`} />
              </Table.Td>
              <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
                {formatBytes(byteSize)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Environment({ facts: { architecture, environment, commands } }: { readonly facts: RunFacts }) {
  const rows = [
    { label: 'Architecture', value: `${architecture.name}, ${formatCount(architecture.parameterCount)} parameters` },
    { label: 'Graph', value: architecture.graphHash },
    ...environment,
  ];
  return (
    <Table aria-label="Environment" verticalSpacing={6} withRowBorders={false}>
      <Table.Tbody>
        {rows.map(({ label, value }) => (
          <Table.Tr key={label}>
            <Table.Td c="dimmed" w={180} pl={0}>
              {label}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
        {commands.map(({ what, command }) => (
          <Table.Tr key={what}>
            <Table.Td c="dimmed" pl={0}>
              {what}
            </Table.Td>
            <Table.Td>
              <Group gap={4} wrap="nowrap">
                <Code style={{ overflowWrap: 'anywhere' }}>{command}</Code>
                <Copy text={command} what={`command: ${what}`} />
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Puts a text into the clipboard. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon variant="subtle" color="gray" size="sm" ml={4} aria-label={`Copy ${what}`} onClick={copy}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
