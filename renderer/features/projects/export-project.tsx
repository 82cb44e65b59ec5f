import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { PROJECT_EXTENSION } from '../../../preload/file-names.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';

interface ExportProjectProps {
  readonly project: ProjectSummary;
  readonly onClose: () => void;
}

/** Writes a project as one file. */
export default function ExportProject({ project, onClose }: ExportProjectProps) {
  const [path, setPath] = useState('');
  const [checkpoints, setCheckpoints] = useState(true);
  const [data, setData] = useState(true);
  const start = useMutation(service.projects.exportFile.mutationOptions());
  const wanted = {
    kind: 'new-file',
    name: `${project.name.replace(/[\\/:*?"<>|]/g, '-')}.${PROJECT_EXTENSION}`,
    filters: [{ name: 'Stockpot projects', extensions: [PROJECT_EXTENSION] }],
  } as const;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Export “${project.name}”`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {start.data !== undefined ? (
        <Outcome jobId={start.data.jobId} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate({ id: project.id, checkpoints, data, ...(path.trim() === '' ? {} : { path: path.trim() }) });
          }}
        >
          <Stack>
            <Text size="sm">
              One file with the project’s notes, ingredients, data descriptions, runs and scores, to keep or to open
              elsewhere.
            </Text>
            <Checkbox
              label="Checkpoints"
              description="Without them whoever opens the file needs them already."
              checked={checkpoints}
              onChange={(event) => setCheckpoints(event.currentTarget.checked)}
            />
            <Checkbox
              label="Test data and predictions"
              description="So that everything can be compared and looked at without computing it again. Training data is left out."
              checked={data}
              onChange={(event) => setData(event.currentTarget.checked)}
            />
            <FileField
              label="File"
              wanted={wanted}
              description="Left empty: in the workspace’s folder of exports, under the project’s name"
              placeholder="/somewhere/project.stockpot"
              value={path}
              onChange={setPath}
            />
            {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={start.isPending}>
                Export
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Outcome({ jobId, onClose }: { readonly jobId: number; readonly onClose: () => void }) {
  const job = useJob(jobId);
  if (job === undefined) return null;
  if (job.error !== null) return <ErrorState error={job.error} />;
  if (job.result?.kind !== 'project-file') return <JobProgress job={job} />;
  const { path, missing } = job.result;
  return (
    <Stack>
      <Alert color="teal" icon={<IconCheck />} title="The project is one file now" role="status">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {path}
        </Text>
        {missing.length > 0 && (
          <Text size="sm" mt="xs">
            Without the files of {missing.join(', ')}: they are no longer where they were.
          </Text>
        )}
      </Alert>
      <Group justify="flex-end" gap="xs">
        {window.stockpotDesktop !== undefined && (
          <Button variant="default" onClick={() => void window.stockpotDesktop?.showInFolder(path)}>
            Show in folder
          </Button>
        )}
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
