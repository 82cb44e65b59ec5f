import { Stack, Table, Text } from '@mantine/core';
import type { BlendStep } from '../../../preload/contract/runs.ts';
import { formatSignificant } from '../../lib/format.ts';

/** What a soup that is no plain weighted sum was made by: each mixing, its methods and parameters by group of tensors. */
export function BlendSteps({ steps }: { readonly steps: readonly BlendStep[] }) {
  return (
    <Stack gap="md">
      {steps.map((step) => (
        <StepTable key={step.name} step={step} />
      ))}
    </Stack>
  );
}

function StepTable({ step: { name, inputs, groups } }: { readonly step: BlendStep }) {
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table captionSide="top" aria-label={name === '' ? 'Methods by group of tensors' : name}>
        {name !== '' && (
          <Table.Caption ta="start">
            {name}: {inputs.join(', ')}
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
                    {parameter}: {byInput(inputs, values, group.base)}
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

/** The base has no parameters of its own. */
function byInput(inputs: readonly string[], values: readonly number[], base: string | null): string {
  return inputs
    .flatMap((input, i) => (input === base ? [] : [`${input} ${formatSignificant(values[i] ?? 0, 4)}`]))
    .join(', ');
}
