import { Anchor, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { IngredientDetails, IngredientRow } from '../../../preload/contract/ingredients.ts';
import { Chart } from '../../charts/chart.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { formatBytes, formatCount, formatMoment, formatSeconds } from '../../lib/format.ts';
import { figureOf, formatScore } from '../../lib/metric-format.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { FactTable } from './fact-table.tsx';
import { HyperparametersSection } from './hyperparameters-section.tsx';
import { IngredientEditor } from './ingredient-editor.tsx';
import { MissingFile } from './missing-file.tsx';
import { TensorTable } from './tensor-table.tsx';
import { curveChart } from './training-curves.ts';

interface IngredientDetailsViewProps {
  readonly details: IngredientDetails;
  readonly ingredients: readonly IngredientRow[];
  readonly onOpen: (id: number) => void;
  readonly onRemoved: () => void;
}

export function IngredientDetailsView({ details, ingredients, onOpen, onRemoved }: IngredientDetailsViewProps) {
  const children = ingredients.filter(({ baseId }) => baseId === details.id);
  const base = ingredients.find(({ id }) => id === details.baseId);
  return (
    <Stack gap="lg">
      {details.missing && <MissingFile projectId={details.projectId} details={details} />}
      <IngredientEditor details={details} onRemoved={onRemoved} />
      <FactTable
        rows={[
          ['Architecture', details.architecture],
          ['Parameters', formatCount(details.parameterCount)],
          ['File', <Path key="path" path={details.path} canShow={!details.missing} />],
          ['Format, size', `${details.format}, ${formatBytes(details.byteSize)}`],
          [
            'SHA-256',
            <Code key="hash" style={{ overflowWrap: 'anywhere' }}>
              {details.sha256}
            </Code>,
          ],
          [
            'Origin',
            `${details.origin === 'trained' ? 'trained here' : 'imported'}, ${formatMoment(details.createdAt)}`,
          ],
          ...(base === undefined
            ? []
            : ([['Fine-tuned from', <Relatives key="base" of={[base]} onOpen={onOpen} />]] as const)),
          ...(children.length === 0
            ? []
            : ([['Fine-tuned from it', <Relatives key="children" of={children} onOpen={onOpen} />]] as const)),
        ]}
      />
      <Scores details={details} />
      {details.training !== null && <Training training={details.training} name={details.name} />}
      <HyperparametersSection details={details} />
      {details.runs.length > 0 && (
        <Section title="Runs it took part in">
          <FactTable
            rows={details.runs.map(
              ({ id, recipe, weight }) =>
                [`Run ${id}`, weight === null ? recipe : `${recipe}, weight ${weight.toFixed(3)}`] as const,
            )}
          />
        </Section>
      )}
      <Section title={details.tensors.length === 0 ? 'Tensors' : `Tensors (${formatCount(details.tensors.length)})`}>
        {details.problem === null ? <TensorTable tensors={details.tensors} /> : <ErrorState error={details.problem} />}
      </Section>
    </Stack>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={3} mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Path({ path, canShow }: { readonly path: string; readonly canShow: boolean }) {
  const desktop = window.stockpotDesktop;
  return (
    <>
      <span style={{ overflowWrap: 'anywhere' }}>{path}</span>{' '}
      {desktop !== undefined && canShow && (
        <Anchor component="button" type="button" size="sm" onClick={() => void desktop.showInFolder(path)}>
          Show in folder
        </Anchor>
      )}
    </>
  );
}

interface RelativesProps {
  readonly of: readonly IngredientRow[];
  readonly onOpen: (id: number) => void;
}

function Relatives({ of, onOpen }: RelativesProps) {
  return (
    <Group gap="xs">
      {of.map(({ id, name }) => (
        <Anchor key={id} component="button" type="button" size="sm" onClick={() => onOpen(id)}>
          {name}
        </Anchor>
      ))}
    </Group>
  );
}

function Scores({ details: { scores } }: { readonly details: IngredientDetails }) {
  const metrics = useMetrics();
  return (
    <Section title="Scores">
      {scores.length === 0 ? (
        <Text size="sm" c="dimmed">
          Not scored yet. Cooking a soup scores its ingredients on every split.
        </Text>
      ) : (
        <Table.ScrollContainer
          minWidth={320 + 110 * metrics.length}
          scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
        >
          <Table aria-label="Scores" verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Split</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th ta="right">Right</Table.Th>
                {metrics.map(({ id, label }) => (
                  <Table.Th key={id} ta="right">
                    {label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="numeric">
              {scores.map(({ splitId, split, role, score }) => (
                <Table.Tr key={splitId}>
                  <Table.Td>{split}</Table.Td>
                  <Table.Td>{role}</Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {formatCount(score.correct)} of {formatCount(score.total)}
                  </Table.Td>
                  {metrics.map((metric) => {
                    const value = figureOf(score, metric.id);
                    return (
                      <Table.Td key={metric.id} ta="right" style={{ whiteSpace: 'nowrap' }}>
                        {value === undefined ? '–' : formatScore(value, metric)}
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

interface TrainingProps {
  readonly training: NonNullable<IngredientDetails['training']>;
  readonly name: string;
}

function Training({ training, name }: TrainingProps) {
  const { epochs, bestEpoch, imagesSeen, seconds, runtime } = training;
  const curves = [{ ingredient: name, epochs: epochs.length, reports: epochs }];
  return (
    <Section title="Training">
      <Text size="sm" c="dimmed" mb="sm">
        Epoch {bestEpoch + 1} of {epochs.length} was the best on selection and is what the file holds.{' '}
        {formatCount(imagesSeen)} images in {formatSeconds(seconds)}, {runtime}.
      </Text>
      <Chart data={curveChart(curves, 'selectionAccuracy')} height={200} />
      <Chart data={curveChart(curves, 'trainLoss')} height={200} />
    </Section>
  );
}
