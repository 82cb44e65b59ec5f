import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, Stack, Stepper, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { projectName } from '../../../preload/contract/projects.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { forgetIncomingFiles, setIncomingFiles, useIncomingFiles } from '../../lib/incoming-files.ts';
import { client, service } from '../../lib/service.ts';
import { ChooseData, type DataChoice, NO_DATA, splitsOf } from './choose-data.tsx';
import { FirstCheckpoint } from './first-checkpoint.tsx';
import { MetricStep } from './metric-step.tsx';
import { proposedName } from './proposed-name.ts';

const form = z.object({ name: projectName, notes: z.string().max(20_000) });
type Form = z.infer<typeof form>;

const CHECKPOINT_STEP = 1;
const LAST_STEP = 3;

/**
 * From a name to a project that can be cooked in: first checkpoint, data, metric. Only the name is needed; the rest can follow on
 * the project's own pages.
 */
export default function CreateProject({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const incoming = useIncomingFiles();
  const [first] = incoming.paths;
  const [step, setStep] = useState(first === undefined ? 0 : CHECKPOINT_STEP);
  const [checkpoint, setCheckpoint] = useState('');
  const [metric, setMetric] = useState<string>();
  const [data, setData] = useState<DataChoice>(NO_DATA);
  const { register, handleSubmit, formState, getValues, setError, setValue, trigger } = useForm<Form>({
    resolver: zodResolver(form),
    defaultValues: { name: '', notes: '' },
  });
  useEffect(() => {
    if (first === undefined) return;
    if (getValues('name') === '') setValue('name', proposedName(first));
    setStep(CHECKPOINT_STEP);
  }, [first, getValues, setValue]);
  const close = (): void => {
    forgetIncomingFiles();
    onClose();
  };
  const create = useMutation({
    mutationFn: async (values: Form) => {
      const project = await client.projects.create(metric === undefined ? values : { ...values, metric });
      const projectId = project.id;
      if (checkpoint !== '') await client.ingredients.import({ projectId, files: [{ path: checkpoint }] });
      if (data.kind === 'mnist') await client.datasets.addMnist({ projectId, shifted: true });
      const splits = splitsOf(data);
      if (splits.length > 0) await client.datasets.add({ projectId, splits });
      return project;
    },
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: service.projects.key() });
      const params = { projectId: String(project.id) };
      const others = incoming.paths.filter((path) => path !== checkpoint);
      setIncomingFiles({ paths: others, namesOnly: [] });
      if (others.length === 0) await navigate({ to: '/projects/$projectId', params });
      else await navigate({ to: '/projects/$projectId/ingredients', params, search: { dialog: 'import' } });
    },
    onError: (thrown) => {
      const { what, remedy } = errorFactsOf(thrown);
      setStep(0);
      setError('name', { message: remedy === undefined ? what : `${what}. ${remedy}` });
    },
  });
  const next = async (): Promise<void> => {
    if (step > 0 || (await trigger())) setStep(step + 1);
  };
  return (
    <Modal opened onClose={close} size="xl" title="New project" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={handleSubmit(
          (values) => create.mutate(values),
          () => setStep(0),
        )}
        noValidate
      >
        <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm">
          <Stepper.Step label="Name">
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
            </Stack>
          </Stepper.Step>
          <Stepper.Step label="First checkpoint">
            <FirstCheckpoint path={checkpoint} onChange={setCheckpoint} />
          </Stepper.Step>
          <Stepper.Step label="Data">
            <ChooseData choice={data} onChange={setData} />
          </Stepper.Step>
          <Stepper.Step label="Metric">
            <MetricStep value={metric} onChange={setMetric} hasData={data.kind !== 'later'} />
          </Stepper.Step>
        </Stepper>
        <Group justify="space-between" mt="lg">
          <Button variant="default" onClick={step === 0 ? close : () => setStep(step - 1)}>
            {step === 0 ? 'Cancel' : 'Back'}
          </Button>
          <Group gap="xs">
            {step < LAST_STEP && (
              <Button variant="default" onClick={() => void next()}>
                Next
              </Button>
            )}
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
