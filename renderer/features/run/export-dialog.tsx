import { Alert, Button, Group, Modal, Radio, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconFolder, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { type client, service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';
import { ExportedCard, PythonSnippet } from './exported-file.tsx';

interface ExportDialogProps {
  readonly runId: number;
  readonly onClose: () => void;
}

type Choices = Awaited<ReturnType<typeof client.exports.choices>>;

/** Writes a run's soup to a file, checks it bit for bit, and shows what lies beside it. */
export default function ExportDialog({ runId, onClose }: ExportDialogProps) {
  const [jobId, setJobId] = useState<number>();
  const choices = useQuery({ ...service.exports.choices.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const folder = useQuery(service.exports.folder.queryOptions({ input: { runId } }));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Export the soup of run ${runId}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {jobId === undefined ? (
        <QueryState query={choices} what="formats">
          {(known) => (
            <QueryState query={folder} what="the folder">
              {(usual) => <ExportForm runId={runId} choices={known} folder={usual.folder} onStarted={setJobId} />}
            </QueryState>
          )}
        </QueryState>
      ) : (
        <Progressing runId={runId} jobId={jobId} onBack={() => setJobId(undefined)} onClose={onClose} />
      )}
    </Modal>
  );
}

interface ExportFormProps {
  readonly runId: number;
  readonly choices: Choices;
  readonly folder: string;
  readonly onStarted: (jobId: number) => void;
}

function ExportForm({ runId, choices: { formats, dtypes }, folder: usual, onStarted }: ExportFormProps) {
  const [format, setFormat] = useState(formats[0]!.value);
  const [dtype, setDtype] = useState<string | null>(null);
  const [folder, setFolder] = useState(usual);
  const [replace, setReplace] = useState(false);
  const start = useMutation(service.exports.start.mutationOptions({ onSuccess: ({ jobId }) => onStarted(jobId) }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate({ runId, folder, format, replace, ...(dtype === null ? {} : { dtype }) });
      }}
    >
      <Stack gap="md">
        <Radio.Group label="Format" value={format} onChange={setFormat}>
          <Stack gap={8} mt={6}>
            {formats.map(({ value, title, description }) => (
              <Radio key={value} value={value} label={title} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        <Select
          label="Element type"
          placeholder="as the run has it"
          clearable
          clearButtonProps={{ 'aria-label': 'As the run has it' }}
          data={dtypes.map(({ value, title }) => ({ value, label: title }))}
          description={dtypes.find(({ value }) => value === dtype)?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={dtype}
          onChange={setDtype}
        />
        <TextInput
          label="Folder"
          description="Made when it is not there. Model card and recipe are written beside the soup."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={folder}
          required
          spellCheck={false}
          onChange={(event) => setFolder(event.currentTarget.value)}
          rightSectionWidth={window.stockpotDesktop === undefined ? 0 : 96}
          rightSection={<ChooseFolder onChoose={setFolder} />}
        />
        <Switch
          label="Replace files of an earlier export in this folder"
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
        {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending}>
            Export and verify
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The desktop's own dialog, where there is a desktop shell. */
function ChooseFolder({ onChoose }: { readonly onChoose: (folder: string) => void }): ReactNode {
  const desktop = window.stockpotDesktop;
  if (desktop === undefined) return null;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconFolder size={15} />}
      onClick={() =>
        void desktop.chooseFolder('Folder for the soup').then((chosen) => {
          if (chosen !== undefined) onChoose(chosen);
        })
      }
    >
      Choose…
    </Button>
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
  result: { path, exportId },
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
