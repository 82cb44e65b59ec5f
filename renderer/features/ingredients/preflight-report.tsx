import { Alert, Button, Checkbox, Collapse, Group, List, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Preflight, PreflightFile } from '../../../preload/contract/ingredients.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatBytes, formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { AncestryPanel } from './ancestry-panel.tsx';
import type { FileReading } from './file-reading.ts';
import { summaryOf } from './findings.ts';
import { ImportProgress } from './import-progress.tsx';
import { PreflightMatrix } from './preflight-matrix.tsx';
import { ProposedNames } from './proposed-names.tsx';

interface PreflightReportProps {
  readonly projectId: number;
  readonly preflight: Preflight;
  /** Back to choosing files, where that is another step. */
  readonly onBack?: () => void;
  /** When importing begins. */
  readonly onStart?: () => void;
  readonly onClose: () => void;
}

/** What fits and what does not, file by file, before anything is stored. */
export function PreflightReport({ projectId, preflight: first, onBack, onStart, onClose }: PreflightReportProps) {
  const [readings, setReadings] = useState<ReadonlyMap<string, FileReading>>(new Map());
  const again = useQuery(
    service.ingredients.preflight.queryOptions({
      input: {
        projectId,
        paths: first.files.map(({ path }) => path),
        readings: [...readings].map(([path, reading]) => ({ path, ...reading })),
      },
      enabled: readings.size > 0,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const preflight =
    readings.size === 0 || again.data === undefined ? first : { ...again.data, passedOver: first.passedOver };
  const read = (path: string, reading: FileReading): void => {
    setReadings(new Map(readings).set(path, reading));
  };
  const fitting = preflight.files.filter(({ fits, knownId }) => fits && knownId === null);
  const refused = preflight.files.filter(({ fits }) => !fits);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const queries = useQueryClient();
  const start = useMutation(
    service.ingredients.import.mutationOptions({
      onSuccess: () => {
        onStart?.();
        return queries.invalidateQueries({ queryKey: service.ingredients.key() });
      },
    }),
  );
  const taken = fitting.filter(({ path }) => !left.has(path));
  if (start.data !== undefined) return <ImportProgress jobId={start.data.jobId} onClose={onClose} />;
  return (
    <Stack>
      <Verdict preflight={preflight} fitting={fitting.length} refused={refused.length} />
      {preflight.files.length > 0 && (
        <Table.ScrollContainer minWidth={620} maxHeight="48vh">
          <Table aria-label="What fits" verticalSpacing="xs" stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={40}>
                  <Text span size="sm" fw={700}>
                    Take
                  </Text>
                </Table.Th>
                <Table.Th>Name</Table.Th>
                <Table.Th>Finding</Table.Th>
                <Table.Th>Architecture</Table.Th>
                <Table.Th ta="right">Size</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...refused, ...preflight.files.filter(({ fits }) => fits)].map((file) => (
                <FileRow
                  key={file.path}
                  projectId={projectId}
                  file={file}
                  reading={readings.get(file.path)}
                  onRead={(reading) => read(file.path, reading)}
                  isTaken={file.fits && file.knownId === null && !left.has(file.path)}
                  onTake={(isTaken) => {
                    const next = new Set(left);
                    if (isTaken) next.delete(file.path);
                    else next.add(file.path);
                    setLeft(next);
                  }}
                  name={names.get(file.path) ?? file.name}
                  onName={(name) => setNames(new Map(names).set(file.path, name))}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <PreflightMatrix preflight={preflight} />
      <AncestryPanel
        key={JSON.stringify([...readings])}
        files={preflight.files.filter(({ fits }) => fits)}
        readings={readings}
      />
      {again.isError && <ErrorState error={errorFactsOf(again.error)} />}
      {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
      <Group justify="space-between">
        {onBack === undefined ? (
          <span />
        ) : (
          <Button variant="default" onClick={onBack}>
            Choose others
          </Button>
        )}
        <Button
          data-autofocus
          disabled={taken.length === 0}
          loading={start.isPending}
          onClick={() =>
            start.mutate({
              projectId,
              files: taken.map(({ path, name }) => ({
                path,
                name: names.get(path)?.trim() || name,
                ...readings.get(path),
              })),
              ...(preflight.architecture === null ? {} : { architecture: preflight.architecture.spec }),
            })
          }
        >
          {taken.length === 0 ? 'Nothing to import' : `Import ${formatNumberOf(taken.length, 'checkpoint')}`}
        </Button>
      </Group>
    </Stack>
  );
}

const SOURCES = {
  given: 'as given',
  project: 'that of this project',
  first: 'that of the first one that has one',
} as const;

function Verdict({
  preflight,
  fitting,
  refused,
}: {
  readonly preflight: Preflight;
  readonly fitting: number;
  readonly refused: number;
}) {
  const { architecture, files, passedOver } = preflight;
  const known = files.filter(({ knownId }) => knownId !== null).length;
  const parts = [
    `${fitting} of ${formatNumberOf(files.length, 'file')} ${fitting === 1 ? 'fits' : 'fit'}`,
    ...(refused > 0 ? [`${refused} ${refused === 1 ? 'does' : 'do'} not`] : []),
    ...(known > 0 ? [`${known} ${known === 1 ? 'is' : 'are'} here already`] : []),
  ];
  const isGood = refused === 0 && fitting > 0;
  return (
    <Alert
      role="status"
      variant="light"
      color={isGood ? 'teal' : 'yellow'}
      icon={isGood ? <IconCheck /> : <IconAlertTriangle />}
      title={files.length === 0 ? 'There is no checkpoint in there' : parts.join(', ')}
    >
      <Text size="sm">
        {files.length === 0
          ? 'Checkpoints are known by their endings: .safetensors, .pt, .pth, .bin, .ckpt.'
          : architecture === null
            ? 'No architecture could be told from them.'
            : `All of a project's ingredients have one architecture: ${architecture.name}, ${SOURCES[architecture.from]}.`}{' '}
        {passedOver > 0 &&
          `${formatNumberOf(passedOver, 'other file')} in the folder ${passedOver === 1 ? 'is no checkpoint by its name' : 'are no checkpoints by their names'}. `}
        Nothing has been stored yet.
      </Text>
    </Alert>
  );
}

interface FileRowProps {
  readonly projectId: number;
  readonly file: PreflightFile;
  readonly isTaken: boolean;
  readonly onTake: (isTaken: boolean) => void;
  readonly name: string;
  readonly onName: (name: string) => void;
  /** What was asked for, at once: to look into it takes a while. */
  readonly reading: FileReading | undefined;
  readonly onRead: (reading: FileReading) => void;
}

function FileRow({ projectId, file, isTaken, onTake, name, onName, reading, onRead }: FileRowProps) {
  const canTake = file.fits && file.knownId === null;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <Checkbox
          aria-label={`Take ${file.name}`}
          mt={6}
          checked={isTaken}
          disabled={!canTake}
          onChange={(event) => onTake(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        {canTake ? (
          <TextInput
            size="xs"
            aria-label={`Name of ${file.name}`}
            value={name}
            onChange={(event) => onName(event.currentTarget.value)}
          />
        ) : (
          <Text size="sm" fw={500}>
            {file.name}
          </Text>
        )}
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {file.path}
        </Text>
      </Table.Td>
      <Table.Td>
        <Finding file={file} />
        <OriginOf projectId={projectId} file={file} />
        {file.stateDicts.length > 1 && (
          <Select
            size="xs"
            mt="xs"
            label={`State dict of ${file.name}`}
            data={file.stateDicts.map(({ key, tensorCount }) => ({
              value: key,
              label: `${key === '' ? 'top' : key} (${formatNumberOf(tensorCount, 'tensor')})`,
            }))}
            value={reading?.stateDict ?? file.stateDict}
            allowDeselect={false}
            onChange={(stateDict) => stateDict !== null && onRead({ stateDict })}
          />
        )}
        {file.proposal !== null && (
          <ProposedNames
            key={file.stateDict ?? ''}
            file={file}
            onConfirm={(map) =>
              onRead({ ...(file.stateDicts.length > 1 ? { stateDict: file.stateDict ?? '' } : {}), map: { ...map } })
            }
          />
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{file.architecture ?? '–'}</Text>
      </Table.Td>
      <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
        {formatBytes(file.byteSize)}
      </Table.Td>
    </Table.Tr>
  );
}

function OriginOf({ projectId, file: { path, origin } }: { readonly projectId: number; readonly file: PreflightFile }) {
  if (origin === null) return null;
  return (
    <Text size="sm" mt={4}>
      A soup that Stockpot wrote ({origin.recipe}).{' '}
      {origin.run === null ? (
        <Link to="/origin" search={{ file: path, project: projectId }}>
          Where it comes from
        </Link>
      ) : (
        <Link
          to="/projects/$projectId/runs/$runId"
          params={{ projectId: String(origin.run.projectId), runId: String(origin.run.id) }}
        >
          Open run {origin.run.id}
        </Link>
      )}
    </Text>
  );
}

function Finding({ file }: { readonly file: PreflightFile }) {
  if (file.problem === null) {
    return (
      <>
        {file.knownId === null ? (
          <StatusBadge color="teal">fits</StatusBadge>
        ) : (
          <StatusBadge color="gray">here already</StatusBadge>
        )}
        {file.remarks.map((remark) => (
          <Text key={remark} size="xs" c="dimmed" mt={4}>
            {remark}
          </Text>
        ))}
      </>
    );
  }
  const { what, details = [] } = file.problem;
  // Which architecture it has to fit is said above, and cannot be chosen here.
  const remedy = file.problem.code === 'ingredients/mismatched' ? undefined : file.problem.remedy;
  const summary = summaryOf(details);
  return (
    <>
      <StatusBadge color="red">does not fit</StatusBadge>
      <Text size="sm" mt={4}>
        {what}
        {summary !== '' && ` (${summary})`}
      </Text>
      {remedy !== undefined && (
        <Text size="xs" c="dimmed">
          {remedy}
        </Text>
      )}
      {details.length > 0 && <Details details={details} of={file.name} />}
    </>
  );
}

/** Long lists are for those who want them. */
const SHOWN_AT_ONCE = 3;

function Details({ details, of }: { readonly details: readonly string[]; readonly of: string }) {
  const [isOpen, setOpen] = useState(details.length <= SHOWN_AT_ONCE);
  return (
    <>
      {details.length > SHOWN_AT_ONCE && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Hide' : 'Show'} ${formatNumberOf(details.length, 'difference')} of ${of}`}
          leftSection={isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'} {formatNumberOf(details.length, 'difference')}
        </Button>
      )}
      <Collapse expanded={isOpen}>
        <List size="xs" ff="monospace">
          {details.map((detail) => (
            <List.Item key={detail}>{detail}</List.Item>
          ))}
        </List>
      </Collapse>
    </>
  );
}
