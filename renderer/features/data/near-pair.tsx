import { Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { NearDuplicates } from '../../../preload/contract/datasets.ts';
import { service } from '../../lib/service.ts';
import { SampleImage } from './sample-image.tsx';

type Pair = NearDuplicates['pairs'][number];

const SIZE = 56;

/** Two samples side by side: what was seen before, and what is scored. */
export function NearPair({ pair, near }: { readonly pair: Pair; readonly near: Pair['nearest'][number] }) {
  const [down, across] = near.shift;
  return (
    <li>
      <Group gap={4} wrap="nowrap">
        <Sample split={pair.seen} row={near.seenRow} />
        <Sample split={pair.scored} row={near.scoredRow} />
      </Group>
      <Text size="xs" c="dimmed" className="numeric" mt={4}>
        {near.correlation.toFixed(4)}
        {(down !== 0 || across !== 0) && ', moved'}
      </Text>
    </li>
  );
}

function Sample({ split, row }: { readonly split: Pair['seen']; readonly row: number }) {
  const query = useQuery(
    service.datasets.samples.queryOptions({
      input: { splitId: split.id, offset: row, limit: 1 },
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const sample = query.data?.samples[0];
  if (sample === undefined) return <Skeleton w={SIZE} h={SIZE} />;
  return (
    <figure style={{ margin: 0 }}>
      <SampleImage
        pixels={sample.pixels}
        shape={query.data?.shape ?? []}
        size={SIZE}
        label={`${split.name}, sample ${row}, class ${sample.label}`}
      />
      <Text component="figcaption" size="xs" c="dimmed" className="numeric" aria-hidden>
        {row} · {sample.label}
      </Text>
    </figure>
  );
}
