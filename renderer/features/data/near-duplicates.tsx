import { Alert, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconEyeCheck, IconEyeExclamation } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ApiErrorFacts } from '../../../preload/contract/base.ts';
import type { NearDuplicates as Found, SplitRow } from '../../../preload/contract/datasets.ts';
import type { Job } from '../../../preload/contract/jobs.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { client } from '../../lib/service.ts';
import { NearPair } from './near-pair.tsx';

interface NearDuplicatesProps {
  readonly projectId: number;
  /** Another list is looked through anew. */
  readonly splits: readonly SplitRow[];
}

/** Samples that are not the same but look it: on request, because all of them have to be compared. */
export function NearDuplicates({ projectId, splits }: NearDuplicatesProps) {
  const { found, progress, error, start, stop } = useSearch(projectId, splits);
  return (
    <section aria-labelledby="near-duplicates">
      <Title order={3} id="near-duplicates" mb={4}>
        Do samples look alike?
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        The same picture in another brightness, with some noise or moved by a pixel is no copy of the same bytes, but
        flatters scores just as well.
      </Text>
      {found !== undefined && <Outcome found={found} />}
      {found === undefined && progress === undefined && (
        <Button variant="default" onClick={start}>
          Look for near-identical samples
        </Button>
      )}
      {progress !== undefined && (
        <Group wrap="nowrap" maw={560}>
          <Stack gap={4} flex={1}>
            <Progress
              value={progress === null ? 0 : (100 * progress.done) / Math.max(1, progress.total)}
              aria-label="Looking for near-identical samples"
            />
            <Text size="xs" c="dimmed">
              {progress?.stage ?? 'Getting the splits ready'}
            </Text>
          </Stack>
          <Button variant="default" size="xs" onClick={stop}>
            Stop
          </Button>
        </Group>
      )}
      {error !== undefined && <ErrorState error={error} retry={start} />}
    </section>
  );
}

/** The outcome is kept with everything else that was asked for, so that it is still there after another page. */
function useSearch(projectId: number, splits: readonly SplitRow[]) {
  const queries = useQueryClient();
  const key = ['near-duplicates', projectId, ...splits.map(({ id }) => id)];
  const { data: found } = useQuery<Found>({ queryKey: key, enabled: false, staleTime: Number.POSITIVE_INFINITY });
  /** Null before the first news. */
  const [progress, setProgress] = useState<Job['progress']>();
  const [error, setError] = useState<ApiErrorFacts>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (): Promise<void> => {
    const stop = new AbortController();
    running.current = stop;
    setProgress(null);
    setError(undefined);
    try {
      for await (const event of await client.datasets.nearDuplicates({ projectId }, { signal: stop.signal })) {
        if (event.kind === 'progress') setProgress(event.progress);
        else if (event.kind === 'failed') setError(event.error);
        else queries.setQueryData<Found>(key, event);
      }
    } catch (thrown) {
      if (!stop.signal.aborted) setError(errorFactsOf(thrown));
    }
    setProgress(undefined);
  };
  return { found, progress, error, start: () => void start(), stop: () => running.current?.abort() };
}

function Outcome({ found: { pairs, leastCorrelation } }: { readonly found: Found }) {
  const alike = pairs.filter(({ count }) => count > 0);
  const total = alike.reduce((sum, { count }) => sum + count, 0);
  const limit = leastCorrelation.toFixed(2);
  return (
    <Stack gap="sm">
      {total === 0 ? (
        <Alert role="status" color="teal" variant="light" icon={<IconEyeCheck />} title="No near-identical samples">
          {formatNumberOf(pairs.length, 'pair')} of splits compared, every sample with every other: none that is scored
          has a correlation of {limit} or more with one that was seen.
        </Alert>
      ) : (
        <Alert
          role="status"
          color="yellow"
          variant="light"
          icon={<IconEyeExclamation />}
          title={`${formatNumberOf(total, 'sample')} nearly the same as one seen before`}
        >
          Look at the pairs: only you can tell a copy from two things that are alike. If they are copies, leave them out
          of the split that is scored (prepare its files without those rows), then add it anew. A handful among
          thousands changes a score by less than its interval.
        </Alert>
      )}
      {alike.map((pair) => (
        <section key={`${pair.seen.id} ${pair.scored.id}`} aria-label={`${pair.scored.name} and ${pair.seen.name}`}>
          <Text fw={500} mb={6}>
            {formatNumberOf(pair.count, 'sample')} of {pair.scored.name} ({pair.scored.role}), nearly in{' '}
            {pair.seen.name} ({pair.seen.role}) too
          </Text>
          <Group component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
            {pair.nearest.slice(0, MOST_SHOWN).map((near) => (
              <NearPair key={near.scoredRow} pair={pair} near={near} />
            ))}
          </Group>
          {pair.count > MOST_SHOWN && (
            <Text size="sm" c="dimmed" mt={6}>
              The {MOST_SHOWN} nearest of {pair.count}.
            </Text>
          )}
        </section>
      ))}
      <Text size="sm" c="dimmed">
        The correlation is that of the pixels (Pearson’s; J. P. Lewis, Fast Normalized Cross-Correlation, 1995), at the
        best of nine shifts of up to one pixel: 1 is the same picture up to brightness and contrast. Noise of a tenth of
        a picture’s own spread leaves 0.995. At {limit}, one of MNIST’s 10,000 test digits is named, a “1” among 60,000
        training digits. Mirrored, turned or cropped copies are not found. Of the same rows, damaged or not, the
        undamaged ones are compared.
      </Text>
    </Stack>
  );
}

const MOST_SHOWN = 24;
