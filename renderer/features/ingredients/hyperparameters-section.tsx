import { ActionIcon, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPencil, IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IngredientDetails } from '../../../preload/contract/ingredients.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { FactTable } from './fact-table.tsx';
import { type DraftRow, draftOf, faultIn, valuesOf } from './hyperparameter-draft.ts';
import { flattened, textOfValue, titleOf } from './hyperparameters.ts';

/** How the checkpoint was trained, as far as anybody has said: Stockpot itself, a recipe file, or the user here. */
export function HyperparametersSection({ details }: { readonly details: IngredientDetails }) {
  const [isEditing, setEditing] = useState(false);
  const parameters = [...flattened(details.hyperparameters)];
  return (
    <section aria-label="Hyper-parameters">
      <Group justify="space-between" mb={4}>
        <Title order={3}>Hyper-parameters</Title>
        {!isEditing && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPencil size={15} />}
            onClick={() => setEditing(true)}
          >
            Edit hyper-parameters
          </Button>
        )}
      </Group>
      {isEditing ? (
        <HyperparametersForm details={details} onDone={() => setEditing(false)} />
      ) : parameters.length === 0 ? (
        <Text size="sm" c="dimmed">
          None are known. Written down here, they become columns of the table: what tells good ingredients apart.
        </Text>
      ) : (
        <FactTable rows={parameters.map(([key, value]) => [titleOf(key), textOfValue(value)] as const)} />
      )}
    </section>
  );
}

/** A row for something new at the end; the key tells rows apart while they are typed in. */
type Row = DraftRow & { readonly key: number };

interface HyperparametersFormProps {
  readonly details: IngredientDetails;
  readonly onDone: () => void;
}

function HyperparametersForm({ details, onDone }: HyperparametersFormProps) {
  const { id, hyperparameters } = details;
  /** Of a training that happened here nothing can be said otherwise. */
  const trained = new Set(details.training === null ? [] : draftOf(details.training.config).map(({ name }) => name));
  const draft = draftOf(hyperparameters);
  const fixed = draft.filter(({ name }) => trained.has(name));
  const [rows, setRows] = useState<readonly Row[]>(() =>
    [...draft.filter(({ name }) => !trained.has(name)), { name: '', text: '' }].map((row, key) => ({ ...row, key })),
  );
  const queries = useQueryClient();
  const save = useMutation(
    service.ingredients.describe.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: service.ingredients.key() });
        onDone();
      },
    }),
  );
  const all = [...fixed, ...rows];
  const fault = faultIn(all);
  const write = (key: number, change: Partial<DraftRow>): void =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const add = (): void =>
    setRows([...rows, { name: '', text: '', key: Math.max(-1, ...rows.map(({ key }) => key)) + 1 }]);
  return (
    <form
      aria-label="Hyper-parameters"
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === undefined) save.mutate({ id, hyperparameters: valuesOf(all, hyperparameters) });
      }}
    >
      <Stack gap={6}>
        <Text size="sm" c="dimmed">
          {details.training === null
            ? 'Numbers, words, true or false, or a list such as [0.9, 0.999]. Dots group: augmentation.shift.'
            : 'What it was trained with is fixed; more can be added.'}
        </Text>
        {fixed.length > 0 && <FactTable rows={fixed.map(({ name, text }) => [titleOf(name), text] as const)} />}
        {rows.map(({ key, name, text }, place) => (
          <Group key={key} gap={6} wrap="nowrap" role="group" aria-label={name === '' ? 'New hyper-parameter' : name}>
            <TextInput
              size="xs"
              flex={1}
              aria-label={`Name ${place + 1}`}
              placeholder="Name"
              value={name}
              data-autofocus={name === '' || undefined}
              autoFocus={name === ''}
              spellCheck={false}
              onChange={(event) => write(key, { name: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              flex={1}
              aria-label={name === '' ? `Value ${place + 1}` : `Value of ${name}`}
              placeholder="Value"
              value={text}
              spellCheck={false}
              onChange={(event) => write(key, { text: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Take out ${name === '' ? `row ${place + 1}` : name}`}
              onClick={() => setRows(rows.filter((row) => row.key !== key))}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        ))}
        {fault !== undefined && (
          <Text size="sm" c="red" role="alert">
            {fault}
          </Text>
        )}
        {save.isError && <ErrorState error={errorFactsOf(save.error)} />}
        <Group justify="space-between">
          <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={add}>
            One more
          </Button>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={onDone}>
              Cancel
            </Button>
            <Button size="xs" type="submit" disabled={fault !== undefined} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
