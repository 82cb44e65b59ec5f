import { Alert, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CHECKPOINT_EXTENSIONS, isCheckpointName } from '../../../preload/file-names.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { useIncomingFiles } from '../../lib/incoming-files.ts';
import { service } from '../../lib/service.ts';

const WANTED = {
  kind: 'file',
  accepts: ({ name }: { readonly name: string }) => isCheckpointName(name),
  filters: [{ name: 'Checkpoints', extensions: [...CHECKPOINT_EXTENSIONS, 'json'] }],
} as const;

interface FirstCheckpointProps {
  readonly path: string;
  readonly onChange: (path: string) => void;
}

/** The checkpoint that tells the project's architecture; it is looked into at once. */
export function FirstCheckpoint({ path, onChange }: FirstCheckpointProps) {
  const [typed, setTyped] = useState(path);
  const incoming = useIncomingFiles();
  const [first] = incoming.paths;
  useEffect(() => {
    if (first !== undefined) setTyped(first);
  }, [first]);
  // What was dropped may be a folder; the first checkpoint in it will do.
  const isWhole = isCheckpointName(typed.trim()) || typed === first;
  const look = useQuery(
    service.ingredients.preflight.queryOptions({ input: { paths: [typed.trim()] }, enabled: isWhole, staleTime: 0 }),
  );
  const found = isWhole ? look.data : undefined;
  const file = found?.files[0];
  const fitting = file?.problem === null ? file.path : '';
  useEffect(() => onChange(fitting), [fitting, onChange]);
  return (
    <Stack>
      <Text size="sm">
        Every ingredient of a project has one architecture. Drop a checkpoint on this window or choose one, and it is
        told from the tensors in it. You can also do this later.
      </Text>
      <FileField label="First checkpoint" value={typed} onChange={setTyped} wanted={WANTED} />
      {incoming.namesOnly.length > 0 && (
        <Text size="sm" c="dimmed">
          A browser does not tell where “{incoming.namesOnly[0]}” is: find it with Choose….
        </Text>
      )}
      {isWhole && look.isFetching && <LoadingState what="what is in the checkpoint" lines={1} />}
      {isWhole && look.isError && <ErrorState error={errorFactsOf(look.error)} />}
      {file?.problem != null && <ErrorState error={file.problem} />}
      {fitting !== '' && found?.architecture != null && (
        <Alert color="teal" icon={<IconCheck />} title={`Architecture: ${found.architecture.name}`} role="status">
          Other checkpoints will be checked against it before they are brought in.
        </Alert>
      )}
    </Stack>
  );
}
