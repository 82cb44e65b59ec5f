import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { QueryState } from '../../components/query-state.tsx';
import { SectionTitle } from '../../components/section-title.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { leakageQuestion } from './data-questions.ts';
import { LeakageMatrix } from './leakage-matrix.tsx';
import { NearDuplicates } from './near-duplicates.tsx';

interface LeakageProps {
  readonly projectId: number;
  /** Another list is checked anew. */
  readonly splits: readonly SplitRow[];
}

/** Samples that were seen before they are scored flatter every score: are there any? */
export function Leakage({ projectId, splits }: LeakageProps) {
  const query = useQuery(leakageQuestion(projectId, splits));
  return (
    <section aria-labelledby="leakage">
      <SectionTitle id="leakage" help="shared-samples" helpLabel="Help: shared samples">
        Do splits share samples?
      </SectionTitle>
      {query.isPending ? (
        <Text size="sm" c="dimmed" role="status">
          Comparing the samples of all splits…
        </Text>
      ) : (
        <QueryState query={query} what="the comparison of splits">
          {(pairs) => {
            if (pairs.length === 0) {
              return (
                <Text size="sm" c="dimmed">
                  There are no two splits yet of which one must not know the other.
                </Text>
              );
            }
            const isClean = pairs.every(({ shared }) => shared === 0);
            return (
              <Stack gap="md">
                {isClean ? (
                  <Alert color="teal" variant="light" icon={<IconShieldCheck />} title="No shared samples">
                    {formatNumberOf(pairs.length, 'pair')} of splits compared: nothing that is scored was seen in
                    training or selection.
                  </Alert>
                ) : (
                  <Alert
                    color="yellow"
                    variant="light"
                    icon={<IconAlertTriangle />}
                    title="Some samples are seen before they are scored"
                  >
                    Scores on them flatter. Give the splits ranges of rows that do not overlap, in the same order
                    (shuffle and seed).
                  </Alert>
                )}
                <LeakageMatrix pairs={pairs} />
                <Text size="sm" c="dimmed">
                  Samples that are the same byte for byte, or the same row of one file however it was damaged since.
                </Text>
                <NearDuplicates projectId={projectId} splits={splits} />
              </Stack>
            );
          }}
        </QueryState>
      )}
    </section>
  );
}
