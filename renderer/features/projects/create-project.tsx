import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { projectName } from '../../../preload/contract/projects.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';

const form = z.object({ name: projectName, notes: z.string().max(20_000) });

export default function CreateProject({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: zodResolver(form),
    defaultValues: { name: '', notes: '' },
  });
  const create = useMutation(
    service.projects.create.mutationOptions({
      onSuccess: async (project) => {
        await queries.invalidateQueries({ queryKey: service.projects.key() });
        await navigate({ to: '/projects/$projectId', params: { projectId: String(project.id) } });
      },
      onError: (thrown) => {
        const { what, remedy } = errorFactsOf(thrown);
        setError('name', { message: remedy === undefined ? what : `${what}. ${remedy}` });
      },
    }),
  );
  return (
    <Modal opened onClose={onClose} title="New project" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={handleSubmit((values) => create.mutate(values))} noValidate>
        <Stack>
          <TextInput
            label="Name"
            placeholder="Satellite classifier"
            data-autofocus
            required
            error={formState.errors.name?.message}
            {...register('name')}
          />
          <Textarea
            label="Notes"
            placeholder="What is being tried, and why"
            autosize
            minRows={2}
            maxRows={8}
            error={formState.errors.notes?.message}
            {...register('notes')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
