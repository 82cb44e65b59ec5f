import { ActionIcon, Group, Select, Table, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CorruptionCard, SplitRow } from '../../../preload/contract/datasets.ts';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { damageQuestion } from './data-questions.ts';
import { SampleImage } from './sample-image.tsx';

const SIZE = 56;

/** What each kind of damage, at each severity, does to this split's own samples. */
export function CorruptionPreview({ split }: { readonly split: SplitRow }) {
  const query = useQuery(service.datasets.corruptions.queryOptions());
  return (
    <section aria-labelledby="corruptions">
      <Title order={3} id="corruptions" mb="xs">
        What damage would do
      </Title>
      <QueryState query={query} what="the kinds of damage">
        {(cards) => <Preview split={split} cards={cards} />}
      </QueryState>
    </section>
  );
}

function Preview({ split, cards }: { readonly split: SplitRow; readonly cards: readonly CorruptionCard[] }) {
  const [kind, setKind] = useState(cards[0]!.kind);
  const [start, setStart] = useState(0);
  const card = cards.find((known) => known.kind === kind) ?? cards[0]!;
  const query = useQuery({ ...damageQuestion(split, kind, start), placeholderData: keepPreviousData });
  return (
    <>
      <Group align="flex-end" mb="sm">
        <Select
          label="Kind"
          allowDeselect={false}
          value={kind}
          onChange={(value) => setKind(value ?? kind)}
          data={cards.map((known) => ({ value: known.kind, label: known.title }))}
        />
        <Tooltip label="Other samples">
          <ActionIcon variant="default" size={36} aria-label="Other samples" onClick={() => setStart(start + 1)}>
            <IconArrowsShuffle size={16} />
          </ActionIcon>
        </Tooltip>
        <Text size="sm" c="dimmed" maw={560}>
          {card.description} <i>{card.source}</i>
        </Text>
      </Group>
      <QueryState query={query} what="damaged samples">
        {({ shape, originals, variants }) => (
          <Table.ScrollContainer minWidth={480}>
            <Table aria-label={`Samples with ${card.title}`} withRowBorders={false} verticalSpacing={6} w="auto">
              <Table.Tbody>
                <Table.Tr>
                  <Table.Th scope="row" fw={500}>
                    as it is
                  </Table.Th>
                  {originals.map(({ row, label, pixels }) => (
                    <Table.Td key={row}>
                      <SampleImage pixels={pixels} shape={shape} size={SIZE} label={`Sample ${row}, class ${label}`} />
                    </Table.Td>
                  ))}
                </Table.Tr>
                {variants.map(({ severity, samples }) => (
                  <Table.Tr key={severity}>
                    <Table.Th scope="row" fw={500}>
                      severity {severity}
                      <Text size="xs" c="dimmed" fw={400} className="numeric">
                        {card.levels[severity - 1]} ({card.parameter})
                      </Text>
                    </Table.Th>
                    {samples.map(({ row, label, pixels }) => (
                      <Table.Td key={row}>
                        <SampleImage
                          pixels={pixels}
                          shape={shape}
                          size={SIZE}
                          label={`Sample ${row}, class ${label}, ${card.title} of severity ${severity}`}
                        />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </QueryState>
    </>
  );
}
