import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Preset } from '../../../preload/contract/presets.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';

/** A preset that is to be made of a recipe file's text, or one that gets another name. */
export type Naming =
  | { readonly kind: 'new'; readonly text: string; readonly name: string }
  | { readonly kind: 'rename'; readonly preset: Preset };

interface NameDialogProps {
  readonly naming: Naming;
  /** Names that there are. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** Gives a preset its name; a new one of a name that there is takes that one's place. */
export function NameDialog({ naming, taken, onClose }: NameDialogProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(naming.kind === 'new' ? naming.name : naming.preset.name);
  const shared = {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: service.presets.key() });
      onClose();
    },
  };
  const save = useMutation(service.presets.save.mutationOptions(shared));
  const rename = useMutation(service.presets.rename.mutationOptions(shared));
  const failure = save.error ?? rename.error;
  const wanted = name.trim();
  const replaces = naming.kind === 'new' && taken.includes(wanted);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted === '') return;
    if (naming.kind === 'new') save.mutate({ name: wanted, text: naming.text });
    else rename.mutate({ id: naming.preset.id, name: wanted });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={naming.kind === 'new' ? 'Save as preset' : 'Rename the preset'}
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <TextInput
          label="Name of the preset"
          description={replaces ? 'There is one of this name: it will be replaced.' : undefined}
          value={name}
          maxLength={80}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {failure !== null && <ErrorState error={errorFactsOf(failure)} />}
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={wanted === ''} loading={save.isPending || rename.isPending}>
            {naming.kind === 'rename' ? 'Rename' : replaces ? 'Replace' : 'Save'}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
