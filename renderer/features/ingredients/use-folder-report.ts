import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Preflight } from '../../../preload/contract/ingredients.ts';
import { isCheckpointName } from '../../../preload/file-names.ts';
import { service } from '../../lib/service.ts';

/** Whoever types pauses for less between two letters. */
const REST_MILLISECONDS = 350;

/**
 * What fits of a folder whose path is being typed, as soon as the typing rests on one that holds checkpoints. Folders above it are
 * left alone: looking into all that lies below them could take long.
 */
export function useFolderReport(projectId: number, typed: string | undefined): Preflight | undefined {
  const [rested] = useDebouncedValue(typed, REST_MILLISECONDS);
  const folder = rested !== undefined && rested !== '' && rested === typed ? rested : undefined;
  const content = useQuery(
    service.files.browse.queryOptions({
      input: folder === undefined ? {} : { folder },
      enabled: folder !== undefined,
      retry: false,
    }),
  );
  const holdsCheckpoints =
    content.data?.entries.some(({ kind, name }) => kind === 'file' && isCheckpointName(name)) === true;
  const report = useQuery(
    service.ingredients.preflight.queryOptions({
      input: { projectId, paths: [folder ?? ''] },
      enabled: folder !== undefined && holdsCheckpoints,
      staleTime: 0,
      gcTime: 0,
      refetchOnWindowFocus: false,
    }),
  );
  return folder !== undefined && holdsCheckpoints ? report.data : undefined;
}
