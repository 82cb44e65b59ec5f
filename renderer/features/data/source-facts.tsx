import { Table, Title } from '@mantine/core';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { flattened, textOfValue, titleOf } from '../ingredients/hyperparameters.ts';

/** Where a split comes from, item by item, as a recipe file would say it. */
export function SourceFacts({ split }: { readonly split: SplitRow }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Data set', split.dataset],
    ...[...flattened(split.source)]
      .filter(([key]) => !key.startsWith('normalization'))
      .map(([key, value]) => [titleOf(key), textOfValue(value)] as const),
    ['Normalization', describe(split.normalization)],
    ['Prepared', split.prepared ? 'yes, in the cache' : 'no; it is made again when it is needed'],
  ];
  return (
    <section aria-labelledby="source">
      <Title order={3} id="source" mb={4}>
        Source
      </Title>
      <Table verticalSpacing={4} withRowBorders={false}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name} style={{ verticalAlign: 'top' }}>
              <Table.Th scope="row" w={150} fw={400} c="dimmed" pl={0}>
                {name}
              </Table.Th>
              <Table.Td className="numeric" style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function describe({ mean, std }: SplitRow['normalization']): string {
  const isPlain = mean.every((value) => value === 0) && std.every((value) => value === 1);
  return isPlain ? 'none: pixels go in as 0 … 1' : `mean ${mean.join(', ')}; deviation ${std.join(', ')}`;
}
