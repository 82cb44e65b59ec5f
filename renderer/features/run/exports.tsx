import { Alert, Button, Group, List, Modal, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportedFile } from '../../../preload/contract/exports.ts';
import type { Job } from '../../../preload/contract/jobs.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatAgo, formatBytes } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';
import { ExportedCard, PythonSnippet } from './exported-file.tsx';
import { Copy } from './run-facts.tsx';

/** Files that the run's soup was written to. Nothing before there are any. */
export function Exports({ runId }: { readonly runId: number }) {
  const { data: files = [] } = useQuery(service.exports.list.queryOptions({ input: { runId } }));
  const [opened, setOpened] = useState<ExportedFile>();
  if (files.length === 0) return null;
  return (
    <section aria-labelledby="exports">
      <Title order={2} id="exports" mb="xs">
        Exports
      </Title>
      <Table.ScrollContainer minWidth={640}>
        <Table aria-label="Exports" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th ta="right">Size</Table.Th>
              <Table.Th>Written</Table.Th>
              <Table.Th>
                <VisuallyHidden>What can be done with it</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newestOfEach(files).map((file) => (
              <Row key={file.id} file={file} onOpen={() => setOpened(file)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {opened !== undefined && (
        <Modal
          opened
          onClose={() => setOpened(undefined)}
          size="lg"
          title="Exported soup"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <Stack>
            <PythonSnippet exportId={opened.id} />
            <ExportedCard exportId={opened.id} />
          </Stack>
        </Modal>
      )}
    </section>
  );
}

/** Newest first; what was written over is no longer there to be shown. */
function newestOfEach(files: readonly ExportedFile[]): readonly ExportedFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => b.id - a.id);
}

function Row({ file, onOpen }: { readonly file: ExportedFile; readonly onOpen: () => void }) {
  const verify = useMutation(service.exports.verify.mutationOptions());
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Group gap={4} wrap="nowrap">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {file.path}
            </Text>
            <Copy text={file.path} what="the path" />
            {file.missing && <StatusBadge color="red">file missing</StatusBadge>}
          </Group>
        </Table.Td>
        <Table.Td>{file.dtype === 'keep' ? 'as the ingredients' : file.dtype}</Table.Td>
        <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
          {formatBytes(file.byteSize)}
        </Table.Td>
        <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatAgo(file.createdAt)}</Table.Td>
        <Table.Td>
          <Group gap={6} wrap="nowrap" justify="flex-end">
            <Button
              size="compact-sm"
              variant="default"
              disabled={file.missing}
              loading={verify.isPending}
              onClick={() => verify.mutate({ exportId: file.id })}
            >
              Verify
            </Button>
            <Button size="compact-sm" variant="default" disabled={file.missing} onClick={onOpen}>
              Card, Python
            </Button>
          </Group>
        </Table.Td>
      </Table.Tr>
      {(verify.isError || verify.isSuccess) && (
        <Table.Tr>
          <Table.Td colSpan={5}>
            {verify.isError && <ErrorState error={errorFactsOf(verify.error)} />}
            {verify.isSuccess && <Verification key={verify.data.jobId} jobId={verify.data.jobId} />}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Verification({ jobId }: { readonly jobId: number }) {
  const job = useJob(jobId);
  if (job === undefined) return null;
  return job.state === 'done' ? <Outcome job={job} /> : <JobProgress job={job} />;
}

function Outcome({ job: { result } }: { readonly job: Job }) {
  if (result?.kind !== 'verification') return null;
  if (result.identical) {
    return (
      <Alert color="teal" variant="light" icon={<IconShieldCheck />} title="What it says it is" role="status">
        Computed again from its ingredients: {result.tensorCount} tensors, equal bit for bit.
      </Alert>
    );
  }
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title="Not what it says it is" role="alert">
      {result.differences.length} of {result.tensorCount} tensors differ from what its ingredients make.
      <List size="sm" mt={6}>
        {result.differences.map((difference) => (
          <List.Item key={difference}>{difference}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
