import { Button, Checkbox, Group, NumberInput, Radio, Select, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import type { IngredientRow, TrainingPreset } from '../../../preload/contract/ingredients.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { flattened, keysOf, textOfValue, titleOf } from './hyperparameters.ts';
import { imagesOf, type Overrides, planTrainings } from './training-plan.ts';

interface TrainFormProps {
  readonly projectId: number;
  readonly train: readonly SplitRow[];
  readonly selection: readonly SplitRow[];
  readonly ingredients: readonly IngredientRow[];
  readonly presets: readonly TrainingPreset[];
  readonly onStarted: (job: number) => void;
  readonly onClose: () => void;
}

const FRESH = 'fresh';
const DEFAULT_SEED = 42;

/** What is trained, from what, on what. */
export function TrainForm({ projectId, train, selection, ingredients, presets, onStarted, onClose }: TrainFormProps) {
  const bases = ingredients.filter(({ missing }) => !missing);
  const [from, setFrom] = useState(bases[0] === undefined ? FRESH : String(bases[0].id));
  const role = from === FRESH ? 'base' : 'fine-tune';
  const offered = presets.filter((preset) => preset.role === role);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = new Set(offered.map(({ name }) => name).filter((name) => !left.has(name)));
  const [overrides, setOverrides] = useState<Overrides>({});
  const [seed, setSeed] = useState(DEFAULT_SEED);
  const [trainId, setTrainId] = useState(String(train[0]!.id));
  const [selectionId, setSelectionId] = useState(String(selection[0]!.id));
  const [architecture, setArchitecture] = useState<Readonly<Record<string, unknown>>>();
  const trainSplit = train.find(({ id }) => String(id) === trainId) ?? train[0]!;
  const taken = ingredients.map(({ name }) => name);
  const trainings = planTrainings(offered, chosen, overrides, taken);
  const start = useMutation(service.ingredients.train.mutationOptions({ onSuccess: ({ jobId }) => onStarted(jobId) }));
  const canStart = trainings.length > 0 && (from !== FRESH || architecture !== undefined);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!canStart) return;
        start.mutate({
          projectId,
          trainings: [...trainings],
          initial:
            from === FRESH
              ? { kind: 'fresh', seed, architecture: architecture! }
              : { kind: 'from', ingredientId: Number(from) },
          trainSplitId: Number(trainId),
          selectionSplitId: Number(selectionId),
        });
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Select
            label="Start from"
            description="Ingredients of one base mix well"
            allowDeselect={false}
            value={from}
            onChange={(value) => setFrom(value ?? FRESH)}
            data={[
              ...bases.map(({ id, name }) => ({ value: String(id), label: name })),
              { value: FRESH, label: 'fresh weights (a base)' },
            ]}
          />
          <Select
            label="Learn from"
            description="A split with the role “train”"
            allowDeselect={false}
            value={trainId}
            onChange={(value) => setTrainId(value ?? trainId)}
            data={optionsOf(train)}
          />
          <Select
            label="Choose the best epoch by"
            description="A split with the role “selection”"
            allowDeselect={false}
            value={selectionId}
            onChange={(value) => setSelectionId(value ?? selectionId)}
            data={optionsOf(selection)}
          />
        </SimpleGrid>
        {from === FRESH && (
          <ArchitectureChoice splitId={trainSplit.id} value={architecture} onChange={setArchitecture} />
        )}
        <PresetTable
          presets={offered}
          chosen={chosen}
          names={
            new Map(offered.map(({ name }) => [name, planTrainings(offered, new Set([name]), {}, taken)[0]!.name]))
          }
          onChoose={(name, isChosen) => {
            const next = new Set(left);
            if (isChosen) next.delete(name);
            else next.add(name);
            setLeft(next);
          }}
        />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <NumberInput
            label="Epochs"
            description="Of each training"
            placeholder={common(offered, 'epochs')}
            min={1}
            max={1000}
            allowDecimal={false}
            onChange={(value) => setOverrides(({ epochs: _, ...rest }) => ({ ...rest, ...whole('epochs', value) }))}
          />
          <NumberInput
            label="Images per epoch"
            placeholder={common(offered, 'samplesPerEpoch')}
            description={`0: all ${formatCount(trainSplit.sampleCount)}`}
            min={0}
            allowDecimal={false}
            thousandSeparator=","
            onChange={(value) =>
              setOverrides(({ samplesPerEpoch: _, ...rest }) => ({ ...rest, ...whole('samplesPerEpoch', value) }))
            }
          />
          {from === FRESH && (
            <NumberInput
              label="Seed of the first weights"
              min={0}
              allowDecimal={false}
              value={seed}
              onChange={(value) => setSeed(typeof value === 'number' ? value : DEFAULT_SEED)}
            />
          )}
        </SimpleGrid>
        {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
        <Group justify="space-between">
          <Text size="sm" c="dimmed" className="numeric">
            {formatNumberOf(trainings.length, 'training')}, {formatCount(imagesOf(trainings, trainSplit.sampleCount))}{' '}
            images to look at
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!canStart} loading={start.isPending}>
              Train
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function whole<Key extends keyof Overrides>(key: Key, value: number | string): Overrides {
  return typeof value === 'number' ? { [key]: value } : {};
}

/** What all the trainings have where nothing else is said; several values are in the table above. */
function common(presets: readonly TrainingPreset[], key: keyof Overrides): string {
  const values = new Set(presets.map(({ config }) => Number(config[key])));
  const [only] = values;
  return values.size === 1 ? formatCount(only!) : 'as above';
}

function optionsOf(splits: readonly SplitRow[]) {
  return splits.map(({ id, name, sampleCount }) => ({
    value: String(id),
    label: `${name} (${formatCount(sampleCount)})`,
  }));
}

interface ArchitectureChoiceProps {
  readonly splitId: number;
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly onChange: (spec: Readonly<Record<string, unknown>>) => void;
}

function ArchitectureChoice({ splitId, value, onChange }: ArchitectureChoiceProps) {
  const query = useQuery(service.ingredients.architectures.queryOptions({ input: { splitId } }));
  if (query.isError) return <ErrorState error={errorFactsOf(query.error)} />;
  const proposals = query.data ?? [];
  return (
    <Radio.Group
      label="Architecture"
      description="For images of this shape and this many classes; all of a project's ingredients have one architecture"
      value={proposals.find(({ spec }) => JSON.stringify(spec) === JSON.stringify(value))?.name ?? null}
      onChange={(name) => {
        const chosen = proposals.find((proposal) => proposal.name === name);
        if (chosen !== undefined) onChange(chosen.spec);
      }}
    >
      <Stack gap="xs" mt="xs">
        {proposals.map(({ name, description }) => (
          <Radio key={name} value={name} label={name} description={description} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

interface PresetTableProps {
  readonly presets: readonly TrainingPreset[];
  readonly chosen: ReadonlySet<string>;
  /** What the ingredient of each preset will be called. */
  readonly names: ReadonlyMap<string, string>;
  readonly onChoose: (name: string, isChosen: boolean) => void;
}

function PresetTable({ presets, chosen, names, onChoose }: PresetTableProps) {
  const configs = new Map(presets.map(({ name, config }) => [name, flattened(config)]));
  const { all, varying } = keysOf([...configs.values()]);
  const shown = all.filter((key) => presets.length === 1 || varying.has(key));
  return (
    <Table.ScrollContainer minWidth={600}>
      <Table aria-label="What is trained" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Training</Table.Th>
            {shown.map((key) => (
              <Table.Th key={key} ta="right">
                {titleOf(key.split('.').at(-1)!)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {presets.map(({ name, title }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Checkbox
                  label={title}
                  description={`becomes “${names.get(name)}”`}
                  styles={{ label: { whiteSpace: 'nowrap' } }}
                  checked={chosen.has(name)}
                  onChange={(event) => onChoose(name, event.currentTarget.checked)}
                />
              </Table.Td>
              {shown.map((key) => (
                <Table.Td key={key} ta="right" className="numeric">
                  {textOfValue(configs.get(name)?.get(key))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
