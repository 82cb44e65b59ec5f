import { Alert, Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Backup } from '../../../preload/contract/system.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatBytes, formatMoment } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

const REASONS = { asked: 'made here', update: 'before an update', restore: 'replaced by a restore' } as const;

/** Copies of the database: listed, made, put back. */
export function BackupsCard() {
  const queries = useQueryClient();
  const list = useQuery(service.system.backups.queryOptions());
  const refresh = { onSuccess: () => queries.invalidateQueries({ queryKey: service.system.key() }) };
  const make = useMutation(service.system.backUp.mutationOptions(refresh));
  const restore = useMutation(service.system.restoreBackup.mutationOptions(refresh));
  const keep = useMutation(service.system.keepDatabase.mutationOptions(refresh));
  const check = useMutation(service.system.checkDatabase.mutationOptions());
  const failure = make.error ?? restore.error ?? keep.error ?? check.error;
  const pending = list.data?.find((backup) => backup.pending);
  return (
    <Card withBorder component="section" id="backups" aria-label="Backups">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Backups</Title>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate({})}>
            Check the database
          </Button>
          <Button size="xs" variant="default" loading={make.isPending} onClick={() => make.mutate({})}>
            Back up now
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        Of the database: projects, runs and scores. Checkpoints stay where they are.
      </Text>
      {check.data !== undefined && <Findings problems={check.data.problems} />}
      {failure !== null && <ErrorState error={errorFactsOf(failure)} />}
      {pending !== undefined && (
        <Alert color="yellow" variant="light" title="Restored at the next start" mb="xs" role="status">
          <Group justify="space-between">
            <Text size="sm">The backup of {formatMoment(pending.createdAt)} takes the database’s place then.</Text>
            <Button size="compact-sm" variant="default" onClick={() => keep.mutate({})}>
              Keep the present one
            </Button>
          </Group>
        </Alert>
      )}
      <QueryState query={list} what="backups">
        {(backups) =>
          backups.length === 0 ? (
            <Text size="sm">There are none yet. Stockpot makes one before every update by itself.</Text>
          ) : (
            <BackupsTable backups={backups} onRestore={(name) => restore.mutate({ name })} />
          )
        }
      </QueryState>
    </Card>
  );
}

function Findings({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) {
    return (
      <Text size="sm" role="status" mb="xs">
        The database is sound: every page of it was read.
      </Text>
    );
  }
  return (
    <ErrorState
      error={{
        code: 'db/corrupt',
        kind: 'failure',
        what: 'The database is damaged',
        details: [...problems],
        remedy: 'Restore the newest backup; what is there now is kept beside it.',
      }}
    />
  );
}

interface BackupsTableProps {
  readonly backups: readonly Backup[];
  readonly onRestore: (name: string) => void;
}

function BackupsTable({ backups, onRestore }: BackupsTableProps) {
  return (
    <Table aria-label="Backups" verticalSpacing={6} horizontalSpacing={0}>
      <Table.Tbody>
        {backups.map((backup) => (
          <Table.Tr key={backup.name}>
            <Table.Td title={backup.name}>{formatMoment(backup.createdAt)}</Table.Td>
            <Table.Td c="dimmed">{REASONS[backup.reason]}</Table.Td>
            <Table.Td ta="right" className="numeric">
              {formatBytes(backup.bytes)}
            </Table.Td>
            <Table.Td ta="right">
              <Button
                size="compact-sm"
                variant="subtle"
                disabled={backup.pending}
                aria-label={`Restore the backup of ${formatMoment(backup.createdAt)}`}
                onClick={() => onRestore(backup.name)}
              >
                Restore
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
