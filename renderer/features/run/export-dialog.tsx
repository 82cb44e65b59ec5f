import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';
import { ExportForm } from './export-form.tsx';
import { ExportedCard, PythonSnippet } from './exported-file.tsx';
import { Rounding } from './rounding.tsx';

const route = getRouteApi('/projects/$projectId/runs/$runId');

interface ExportDialogProps {
  readonly runId: number;
  readonly onClose: () => void;
}

/** Writes a run's soup to a file, checks it bit for bit, and shows what lies beside it. */
export default function ExportDialog({ runId, onClose }: ExportDialogProps) {
  const [jobId, setJobId] = useState<number>();
  const choices = useQuery({
    ...service.exports.choices.queryOptions({ input: { runId } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const folder = useQuery(service.exports.folder.queryOptions({ input: { runId } }));
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`Export the soup of run ${runId}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={false}
    >
      {jobId === undefined ? (
        <QueryState query={choices} what="formats">
          {(known) =>
            !known.isOneModel ? (
              <NoSingleModel runId={runId} />
            ) : (
              <QueryState query={folder} what="the folder">
                {(usual) => <ExportForm runId={runId} choices={known} folder={usual.folder} onStarted={setJobId} />}
              </QueryState>
            )
          }
        </QueryState>
      ) : (
        <Progressing runId={runId} jobId={jobId} onBack={() => setJobId(undefined)} onClose={onClose} />
      )}
    </Modal>
  );
}

/** Why there is nothing to write, and what comes nearest. */
function NoSingleModel({ runId }: { readonly runId: number }) {
  const { projectId } = route.useParams();
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle />} title="An ensemble is no single model">
        This run adds up what its ingredients say and leaves their weights apart. To use it, run every ingredient and
        add up their logits with the coefficients of this page. No file can hold it as one model.
      </Alert>
      <Text size="sm">
        The same coefficients can average the ingredients’ weights instead. That is one model, which can be exported,
        and another one than this: how good it is shows when it is cooked.
      </Text>
      <Group justify="flex-end">
        <Button
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/kitchen"
              params={{ projectId }}
              search={{ from: runId, recipe: 'weighted' }}
              {...props}
            />
          )}
        >
          Cook a weighted soup with them…
        </Button>
      </Group>
    </Stack>
  );
}

interface ProgressingProps {
  readonly runId: number;
  readonly jobId: number;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

function Progressing({ runId, jobId, onBack, onClose }: ProgressingProps) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const isDone = job?.state === 'done';
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: service.exports.list.queryKey({ input: { runId } }) });
  }, [isDone, queries, runId]);
  if (job === undefined) return null;
  if (isDone && job.result?.kind === 'export') return <Written result={job.result} onClose={onClose} />;
  return (
    <Stack>
      <JobProgress job={job} />
      {job.finishedAt !== null && (
        <Group>
          <Button variant="default" onClick={onBack}>
            Change the settings
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Written({
  result: { path, exportId, rounding },
  onClose,
}: {
  readonly result: Extract<JobResult, { readonly kind: 'export' }>;
  readonly onClose: () => void;
}) {
  const desktop = window.stockpotDesktop;
  return (
    <Stack gap="md">
      <Alert
        color="teal"
        variant="light"
        icon={<IconShieldCheck />}
        title="Written and verified, bit for bit"
        role="status"
      >
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {path}
        </Text>
      </Alert>
      {rounding !== undefined && <Rounding rounding={rounding} />}
      <PythonSnippet exportId={exportId} />
      <ExportedCard exportId={exportId} />
      <Group justify="flex-end">
        {desktop !== undefined && (
          <Button variant="default" onClick={() => void desktop.showInFolder(path)}>
            Show in folder
          </Button>
        )}
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
