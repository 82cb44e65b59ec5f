import { ScrollArea, Table } from '@mantine/core';
import { type AnyChartData, tableOf } from './chart-data.ts';

/** The numbers of a chart, for whoever cannot or would rather not read them off a picture. */
export function ChartTable({ data }: { readonly data: AnyChartData }) {
  const [head = [], ...lines] = tableOf(data);
  const firstFigure = data.kind === 'parallel' || data.kind === 'heatmap' ? 1 : head.includes('Of') ? 3 : 2;
  return (
    <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
      <Table aria-label={data.title} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {head.map((title, place) => (
              <Table.Th key={title} ta={place >= firstFigure ? 'right' : 'left'}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line, number) => (
            // Lines of a table of numbers have no identity but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Table.Tr key={number}>
              {line.map((text, place) => (
                <Table.Td key={head[place]} ta={place >= firstFigure ? 'right' : 'left'} className="numeric">
                  {text}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
