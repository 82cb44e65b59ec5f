import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { IngredientDetails } from '../../../preload/contract/ingredients.ts';
import { isCheckpointName } from '../../../preload/file-names.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileBrowser } from '../../components/file-browser.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';

interface MissingFileProps {
  readonly projectId: number;
  readonly details: IngredientDetails;
}

const NO_FILES: ReadonlySet<string> = new Set();

/** The file is gone: a folder is looked through for its content, whatever it is called now. */
export function MissingFile({ projectId, details }: MissingFileProps) {
  const [isOpen, setOpen] = useState(false);
  const [folder, setFolder] = useState<string>();
  const repair = useMutation(service.ingredients.repair.mutationOptions());
  const desktop = window.stockpotDesktop;
  const lookIn = (path: string): void => repair.mutate({ projectId, paths: [path] });
  return (
    <Alert color="red" variant="light" icon={<IconFileOff />} title="The file is no longer where it was">
      <Stack gap="sm">
        <Text size="sm">
          It was {details.path}. Stockpot knows it by its content: name a folder, and every missing file of this project
          that is in it, under whatever name, is found again.
        </Text>
        {repair.isError && <ErrorState error={errorFactsOf(repair.error)} />}
        {repair.data !== undefined && <RepairProgress jobId={repair.data.jobId} id={details.id} />}
        {isOpen && (
          <FileBrowser
            label="Folder to look in"
            accepts={({ name }) => isCheckpointName(name)}
            chosen={NO_FILES}
            onChoose={lookIn}
            onFolder={setFolder}
          />
        )}
        <Group gap="xs">
          {desktop !== undefined && (
            <Button
              size="xs"
              onClick={async () => {
                const path = await desktop.chooseFolder('Look for missing files');
                if (path !== undefined) lookIn(path);
              }}
            >
              Choose a folder…
            </Button>
          )}
          {desktop === undefined && !isOpen && (
            <Button size="xs" onClick={() => setOpen(true)}>
              Find it again…
            </Button>
          )}
          {isOpen && (
            <Button
              size="xs"
              disabled={folder === undefined}
              loading={repair.isPending}
              onClick={() => lookIn(folder!)}
            >
              Look in this folder
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

function RepairProgress({ jobId, id }: { readonly jobId: number; readonly id: number }) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const isOver = job !== undefined && job.finishedAt !== null;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: service.ingredients.key() });
  }, [isOver, queries]);
  if (job === undefined) return null;
  const isFound = job.result?.kind === 'ingredients' && job.result.ids.includes(id);
  return (
    <>
      <JobProgress job={job} />
      {job.state === 'done' && !isFound && <Text size="sm">It is not in there. Look in another folder.</Text>}
    </>
  );
}
