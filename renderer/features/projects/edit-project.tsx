import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import { type ProjectSummary, projectName, projectTag } from '../../../preload/contract/projects.ts';
import { MetricSelect } from '../../components/metric-select.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { client } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';

const form = z.object({ name: projectName, notes: z.string().max(20_000), tags: z.array(projectTag).max(20) });
type Form = z.infer<typeof form>;

interface EditProjectProps {
  readonly project: ProjectSummary;
  readonly onClose: () => void;
}

export default function EditProject({ project, onClose }: EditProjectProps) {
  const queries = useQueryClient();
  const metrics = useMetrics();
  const [metric, setMetric] = useState(project.metric);
  const { control, register, handleSubmit, formState, setError } = useForm<Form>({
    resolver: zodResolver(form),
    defaultValues: { name: project.name, notes: project.notes, tags: [...project.tags] },
  });
  const save = useMutation({
    mutationFn: async ({ name, notes, tags }: Form) => {
      await client.projects.rename({ id: project.id, name });
      await client.projects.describe({ id: project.id, notes, tags });
      if (metric !== project.metric) await client.projects.chooseMetric({ id: project.id, metric });
    },
    onSuccess: async () => {
      // Leads, standings and verdicts are by the metric.
      await queries.invalidateQueries();
      onClose();
    },
    onError: (thrown) => setError('name', { message: errorFactsOf(thrown).what }),
  });
  return (
    <Modal opened onClose={onClose} title="Edit project" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={handleSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          <TextInput
            label="Name"
            data-autofocus
            required
            error={formState.errors.name?.message}
            {...register('name')}
          />
          <Controller
            control={control}
            name="tags"
            render={({ field, fieldState }) => (
              <TagsInput label="Tags" description="Enter adds one" error={fieldState.error?.message} {...field} />
            )}
          />
          <MetricSelect metrics={metrics} value={metric} onChange={setMetric} />
          <Textarea label="Notes" autosize minRows={3} maxRows={12} {...register('notes')} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
