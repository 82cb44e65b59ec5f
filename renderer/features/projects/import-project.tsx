import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isProjectFileName, PROJECT_EXTENSION } from '../../../preload/file-names.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { forgetIncomingFiles, useIncomingFiles } from '../../lib/incoming-files.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';

const WANTED = {
  kind: 'file',
  accepts: ({ name }: { readonly name: string }) => isProjectFileName(name),
  filters: [{ name: 'Stockpot projects', extensions: [PROJECT_EXTENSION] }],
} as const;

/** Brings in a project that was exported as one file. */
export default function ImportProject({ onClose }: { readonly onClose: () => void }) {
  const [path, setPath] = useState('');
  const start = useMutation(service.projects.importFile.mutationOptions());
  const { mutate } = start;
  const incoming = useIncomingFiles();
  useEffect(() => {
    const [opened] = incoming.paths;
    if (opened === undefined) return;
    setPath(opened);
    mutate({ path: opened });
  }, [incoming, mutate]);
  const close = (): void => {
    forgetIncomingFiles();
    onClose();
  };
  return (
    <Modal opened onClose={close} size="lg" title="Open a project file" closeButtonProps={{ 'aria-label': 'Close' }}>
      {start.data !== undefined ? (
        <Outcome jobId={start.data.jobId} onBack={start.reset} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (path.trim() !== '') start.mutate({ path });
          }}
        >
          <Stack>
            <FileField
              label="Project file"
              description="A file that Stockpot exported (.stockpot). All of it is brought in, or nothing."
              value={path}
              onChange={setPath}
              wanted={WANTED}
              autoFocus
            />
            {incoming.namesOnly.length > 0 && (
              <Text size="sm" c="dimmed">
                A browser does not tell where “{incoming.namesOnly[0]}” is: find it with Choose….
              </Text>
            )}
            {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" loading={start.isPending} disabled={path.trim() === ''}>
                Open
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Outcome({ jobId, onBack }: { readonly jobId: number; readonly onBack: () => void }) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const projectId = job?.result?.kind === 'project' && job.state === 'done' ? job.result.projectId : undefined;
  useEffect(() => {
    if (projectId === undefined) return;
    forgetIncomingFiles();
    void queries.invalidateQueries({ queryKey: service.projects.key() });
    void navigate({ to: '/projects/$projectId', params: { projectId: String(projectId) } });
  }, [projectId, queries, navigate]);
  if (job === undefined) return null;
  if (job.error === null) return <JobProgress job={job} />;
  return (
    <>
      <ErrorState error={job.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Choose another file
        </Button>
      </Group>
    </>
  );
}
