import { Alert, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { isCheckpointName } from '../ingredients/checkpoint-names.ts';
import { useDroppedFiles } from '../ingredients/use-dropped-files.ts';

const FILTERS = [{ name: 'Checkpoints', extensions: ['safetensors', 'pt', 'pth', 'bin', 'ckpt', 'json'] }];
const nothing = (): void => {};

interface FirstCheckpointProps {
  readonly path: string;
  readonly onChange: (path: string) => void;
}

/** The checkpoint that tells the project's architecture; it is looked into at once. */
export function FirstCheckpoint({ path, onChange }: FirstCheckpointProps) {
  const [typed, setTyped] = useState(path);
  const [dropped] = useDroppedFiles(nothing);
  const [first] = dropped.paths;
  useEffect(() => {
    if (first !== undefined) setTyped(first);
  }, [first]);
  const isWhole = isCheckpointName(typed.trim());
  const look = useQuery(
    service.ingredients.preflight.queryOptions({ input: { paths: [typed.trim()] }, enabled: isWhole, staleTime: 0 }),
  );
  const found = isWhole ? look.data : undefined;
  const file = found?.files[0];
  const fits = file !== undefined && file.problem === null;
  useEffect(() => onChange(fits ? typed.trim() : ''), [fits, typed, onChange]);
  return (
    <Stack>
      <Text size="sm">
        Every ingredient of a project has one architecture. Drop a checkpoint on this window or choose one, and it is
        told from the tensors in it. You can also do this later.
      </Text>
      <FileField
        label="First checkpoint"
        value={typed}
        onChange={setTyped}
        accepts={({ name }) => isCheckpointName(name)}
        filters={FILTERS}
      />
      {dropped.namesOnly.length > 0 && (
        <Text size="sm" c="dimmed">
          A browser does not tell where “{dropped.namesOnly[0]}” is: find it with Choose….
        </Text>
      )}
      {isWhole && look.isFetching && <LoadingState what="what is in the checkpoint" lines={1} />}
      {isWhole && look.isError && <ErrorState error={errorFactsOf(look.error)} />}
      {file?.problem != null && <ErrorState error={file.problem} />}
      {fits && found?.architecture != null && (
        <Alert color="teal" icon={<IconCheck />} title={`Architecture: ${found.architecture.name}`} role="status">
          Other checkpoints will be checked against it before they are brought in.
        </Alert>
      )}
    </Stack>
  );
}
