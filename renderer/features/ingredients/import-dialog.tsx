import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFolderOpen, IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Preflight } from '../../../preload/contract/ingredients.ts';
import { CHECKPOINT_EXTENSIONS, isCheckpointName } from '../../../preload/file-names.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileBrowser } from '../../components/file-browser.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatNumberOf } from '../../lib/format.ts';
import type { IncomingFiles } from '../../lib/incoming-files.ts';
import { client } from '../../lib/service.ts';
import classes from './ingredients.module.css';
import { PreflightReport } from './preflight-report.tsx';
import { useFolderReport } from './use-folder-report.ts';

interface ImportDialogProps {
  readonly projectId: number;
  /** What was dropped or opened, if that is how it came to this. */
  readonly incoming: IncomingFiles;
  readonly onClose: () => void;
}

/** From files to ingredients: they are chosen, looked into, and only then brought in. */
export default function ImportDialog({ projectId, incoming, onClose }: ImportDialogProps) {
  const looking = useRef<AbortController>(undefined);
  const preflight = useMutation({
    mutationFn: (paths: readonly string[]) => {
      looking.current = new AbortController();
      const { signal } = looking.current;
      return client.ingredients.preflight({ projectId, paths: [...paths] }, { signal });
    },
  });
  const { mutate } = preflight;
  const stop = (): void => {
    looking.current?.abort();
    preflight.reset();
  };
  useEffect(() => {
    if (incoming.paths.length > 0) mutate(incoming.paths);
    return () => looking.current?.abort();
  }, [incoming, mutate]);
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1100px, 92vw)"
      title="Import ingredients"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Step
        preflight={preflight}
        projectId={projectId}
        incoming={incoming}
        onLook={mutate}
        onStop={stop}
        onClose={onClose}
      />
    </Modal>
  );
}

interface StepProps {
  readonly preflight: {
    readonly data: Preflight | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly reset: () => void;
  };
  readonly projectId: number;
  readonly incoming: IncomingFiles;
  readonly onLook: (paths: readonly string[]) => void;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

function Step({ preflight, projectId, incoming, onLook, onStop, onClose }: StepProps) {
  if (preflight.isPending) {
    return (
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Looking into the files. Nothing is stored yet.
        </Text>
        <LoadingState what="what is in the files" lines={3} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onStop}>
            Stop
          </Button>
        </Group>
      </Stack>
    );
  }
  if (preflight.data !== undefined) {
    return (
      <PreflightReport projectId={projectId} preflight={preflight.data} onBack={preflight.reset} onClose={onClose} />
    );
  }
  return (
    <>
      {preflight.error !== null && <ErrorState error={errorFactsOf(preflight.error)} />}
      <ChooseFiles projectId={projectId} namesOnly={incoming.namesOnly} onLook={onLook} onClose={onClose} />
    </>
  );
}

interface ChooseFilesProps {
  readonly projectId: number;
  readonly namesOnly: readonly string[];
  readonly onLook: (paths: readonly string[]) => void;
  readonly onClose: () => void;
}

const FILTERS = [{ name: 'Checkpoints', extensions: [...CHECKPOINT_EXTENSIONS, 'json'] }];

function ChooseFiles({ projectId, namesOnly, onLook, onClose }: ChooseFilesProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [folder, setFolder] = useState<string>();
  const [typed, setTyped] = useState<string>();
  const [isStarted, setStarted] = useState(false);
  const report = useFolderReport(projectId, typed);
  const follow = useCallback((path: string, isTyped: boolean): void => {
    setFolder(path);
    setTyped(isTyped ? path : undefined);
  }, []);
  const desktop = window.stockpotDesktop;
  const choose = (path: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(path);
    else next.delete(path);
    setChosen(next);
  };
  return (
    <Stack>
      {desktop !== undefined && (
        <div className={classes.dropzone}>
          <Text size="sm" mb="sm">
            Drop files or a folder anywhere on this window, or choose them:
          </Text>
          <Group justify="center" gap="xs">
            <Button
              variant="default"
              onClick={async () => {
                const paths = await desktop.chooseFiles({ title: 'Import', multiple: true, filters: FILTERS });
                if (paths.length > 0) onLook(paths);
              }}
            >
              Files…
            </Button>
            <Button
              variant="default"
              leftSection={<IconFolderOpen size={16} />}
              onClick={async () => {
                const path = await desktop.chooseFolder('Import all checkpoints of a folder');
                if (path !== undefined) onLook([path]);
              }}
            >
              Folder…
            </Button>
          </Group>
        </div>
      )}
      {namesOnly.length > 0 && (
        <Alert icon={<IconInfoCircle />} variant="light" color="gray" title="A browser keeps to itself where files are">
          Find {namesOnly.length === 1 ? `“${namesOnly[0]}”` : `the ${namesOnly.length} dropped files`} below.
          Ingredients stay where they are and are not copied, so Stockpot has to know the place.
        </Alert>
      )}
      <FileBrowser
        label="Folder with checkpoints"
        accepts={({ name }) => isCheckpointName(name)}
        chosen={chosen}
        onChoose={choose}
        onFolder={follow}
        pathOnly={report !== undefined}
        hidden={isStarted}
      />
      {report !== undefined ? (
        <PreflightReport
          key={typed}
          projectId={projectId}
          preflight={report}
          onStart={() => setStarted(true)}
          onClose={onClose}
        />
      ) : (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Files stay where they are. Nothing is stored before you have seen what fits.
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              disabled={folder === undefined || folder === ''}
              onClick={() => onLook([folder!])}
            >
              Check the whole folder
            </Button>
            <Button disabled={chosen.size === 0} onClick={() => onLook([...chosen])}>
              Check {chosen.size === 0 ? 'chosen files' : formatNumberOf(chosen.size, 'file')}
            </Button>
          </Group>
        </Group>
      )}
    </Stack>
  );
}
