import { Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { CorruptionCard, SourceKind, SplitRow } from '../../../preload/contract/datasets.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { AddingProgress, AddMnist } from './add-mnist.tsx';
import { CorruptionFields } from './corruption-fields.tsx';
import { Inspection } from './inspection.tsx';
import { NormalizationFields } from './normalization-fields.tsx';
import { ROLE_MEANINGS, ROLES } from './roles.ts';
import { RowsFields } from './rows-fields.tsx';
import { EMPTY_DRAFT, nameFor, type SourceDraft, sourceOf } from './source-draft.ts';
import { SourceFields } from './source-fields.tsx';

interface AddSplitProps {
  readonly projectId: number;
  readonly splits: readonly SplitRow[];
  readonly onClose: () => void;
}

/** A new split: what it is for, where its samples come from, and a look at them before it is added. */
export default function AddSplit({ projectId, splits, onClose }: AddSplitProps) {
  const [sources, corruptions] = useQueries({
    queries: [service.datasets.sources.queryOptions(), service.datasets.corruptions.queryOptions()],
  });
  const failed = [sources, corruptions].find((query) => query.isError);
  return (
    <Modal opened onClose={onClose} size="xl" title="Add a split" closeButtonProps={{ 'aria-label': 'Close' }}>
      {failed !== undefined ? (
        <ErrorState error={errorFactsOf(failed.error)} />
      ) : sources.data === undefined || corruptions.data === undefined ? (
        <LoadingState what="what can be added" />
      ) : (
        <SplitForm
          projectId={projectId}
          splits={splits}
          sources={sources.data}
          corruptions={corruptions.data}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

interface SplitFormProps extends AddSplitProps {
  readonly sources: readonly SourceKind[];
  readonly corruptions: readonly CorruptionCard[];
}

function SplitForm({ projectId, splits, sources, corruptions, onClose }: SplitFormProps) {
  const [role, setRole] = useState<SplitRow['role']>(firstMissing(splits));
  const [typedName, setTypedName] = useState<string>();
  const [draft, setDraft] = useState<SourceDraft>({
    ...EMPTY_DRAFT,
    format: sources[0]!.format,
    normalization: splits[0]?.normalization,
  });
  const name =
    typedName ??
    nameFor(
      role,
      draft.corruption,
      splits.map((split) => split.name),
    );
  const kind = sources.find(({ format }) => format === draft.format) ?? sources[0]!;
  const inspect = useMutation(service.datasets.inspect.mutationOptions());
  const add = useMutation(service.datasets.add.mutationOptions());
  const change = (part: Partial<SourceDraft>): void => {
    inspect.reset();
    setDraft({ ...draft, ...part });
  };
  if (add.data !== undefined) {
    return (
      <Stack>
        <AddingProgress jobId={add.data.jobId} onDone={onClose} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Go on in the background
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (inspect.data === undefined) inspect.mutate({ source: sourceOf(draft) });
        else
          add.mutate({
            projectId,
            dataset: kind.title,
            splits: [{ role, name: name.trim(), source: sourceOf(draft) }],
          });
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Select
            label="Role"
            description={ROLE_MEANINGS[role]}
            allowDeselect={false}
            data={ROLES}
            value={role}
            onChange={(value) => setRole(ROLES.find((known) => known === value) ?? role)}
          />
          <TextInput
            label="Name"
            description="What tables and charts call it"
            required
            value={name}
            onChange={(event) => setTypedName(event.currentTarget.value)}
          />
          <Select
            label="Data"
            description={kind.description}
            allowDeselect={false}
            data={sources.map(({ format, title }) => ({ value: format, label: title }))}
            value={draft.format}
            onChange={(format) => change({ format: format ?? draft.format, values: {} })}
          />
        </SimpleGrid>
        <SourceFields kind={kind} values={draft.values} onChange={(values) => change({ values })} />
        <RowsFields rows={draft.rows} onChange={(rows) => change({ rows })} />
        <CorruptionFields
          cards={corruptions}
          corruption={draft.corruption}
          onChange={(corruption) => change({ corruption })}
        />
        <NormalizationFields
          splits={splits}
          normalization={draft.normalization}
          onChange={(normalization) => change({ normalization })}
        />
        {inspect.isError && <ErrorState error={errorFactsOf(inspect.error)} />}
        {add.isError && <ErrorState error={errorFactsOf(add.error)} />}
        {inspect.data !== undefined && <Inspection found={inspect.data} />}
        <Group justify="space-between" align="flex-start">
          {splits.length === 0 ? <AddMnist projectId={projectId} /> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            {inspect.data === undefined ? (
              <Button type="submit" loading={inspect.isPending}>
                Look into it
              </Button>
            ) : (
              <Button type="submit" loading={add.isPending}>
                Add “{name.trim()}”
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** The role that the project lacks first. */
function firstMissing(splits: readonly SplitRow[]): SplitRow['role'] {
  return ROLES.find((role) => splits.every((split) => split.role !== role)) ?? 'test';
}
