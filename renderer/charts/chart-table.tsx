import { ScrollArea, Table } from '@mantine/core';
import { axisTitle, type ChartData } from './chart-data.ts';

/** The numbers of a chart, for whoever cannot or would rather not read them off a picture. */
export function ChartTable({ data }: { readonly data: ChartData }) {
  const points = data.series.flatMap(({ subject, points: own }) => own.map((point) => ({ subject, point })));
  const hasIntervals = points.some(({ point }) => point.interval !== undefined);
  const hasCounts = points.some(({ point }) => point.n !== undefined);
  const [place, value] = data.kind === 'horizontal-bars' ? [data.y, data.x] : [data.x, data.y];
  return (
    <ScrollArea.Autosize mah={360}>
      <Table aria-label={data.title} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            <Table.Th>{axisTitle(place)}</Table.Th>
            <Table.Th ta="right">{axisTitle(value)}</Table.Th>
            {hasIntervals && <Table.Th ta="right">Interval</Table.Th>}
            {hasCounts && <Table.Th ta="right">n</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map(({ subject, point }) => (
            <Table.Tr key={`${subject.kind} ${subject.ordinal} ${point.x}`}>
              <Table.Td>{subject.label}</Table.Td>
              <Table.Td>{point.x}</Table.Td>
              <Table.Td ta="right" className="numeric">
                {point.y.toLocaleString('en', { maximumSignificantDigits: 6 })}
              </Table.Td>
              {hasIntervals && (
                <Table.Td ta="right" className="numeric">
                  {point.interval?.map((end) => end.toLocaleString('en', { maximumSignificantDigits: 6 })).join(' – ')}
                </Table.Td>
              )}
              {hasCounts && (
                <Table.Td ta="right" className="numeric">
                  {point.n?.toLocaleString('en')}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
