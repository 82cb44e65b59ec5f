import { Stack, Table, Text } from '@mantine/core';
import type { BlendStep } from '../../../preload/contract/runs.ts';
import { Chart } from '../../charts/chart.tsx';
import type { HeatmapData } from '../../charts/chart-data.ts';
import { formatSignificant } from '../../lib/format.ts';
import { COLUMN_PIXELS, ROW_PIXELS } from './coefficients.tsx';
import { parameterCharts, parameterInWords } from './parameter-charts.ts';

/** What a soup that is no plain weighted sum was made by: each mixing, its methods and parameters by group of tensors. */
export function BlendSteps({ steps }: { readonly steps: readonly BlendStep[] }) {
  return (
    <Stack gap="md">
      {steps.map((step) => (
        <div key={step.name}>
          <StepTable step={step} />
          {parameterCharts(step).map((data) => (
            <ParameterChart key={data.title} data={data} />
          ))}
        </div>
      ))}
    </Stack>
  );
}

function ParameterChart({ data }: { readonly data: HeatmapData }) {
  return (
    <div style={{ maxWidth: 380 + COLUMN_PIXELS * data.columns.length, marginTop: '1rem' }}>
      <Chart data={data} height={Math.max(190, 110 + ROW_PIXELS * data.rows.length)} />
    </div>
  );
}

function StepTable({ step: { name, inputs, groups } }: { readonly step: BlendStep }) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table captionSide="top" aria-label={name === '' ? 'Methods by group of tensors' : name}>
        {name !== '' && (
          <Table.Caption ta="start">
            <b>{name.charAt(0).toUpperCase() + name.slice(1)}</b> of {inputs.join(', ')}
          </Table.Caption>
        )}
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tensors</Table.Th>
            <Table.Th>Method</Table.Th>
            <Table.Th>By ingredient</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group) => (
            <Table.Tr key={group.name}>
              <Table.Td>{group.name}</Table.Td>
              <Table.Td>
                {group.method ?? 'weighted sum'}
                {group.base !== null && ` from ${group.base}`}
                <Text size="xs" c="dimmed">
                  {group.shared.map((option) => `${option.name} ${option.value}`).join(', ')}
                </Text>
              </Table.Td>
              <Table.Td className="numeric">
                {group.each.map(({ name: parameter, values }) => (
                  <Text size="sm" key={parameter}>
                    {parameter}: {parameterInWords(inputs, values, group.base, (value) => formatSignificant(value, 4))}
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
