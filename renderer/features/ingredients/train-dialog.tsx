import { Modal } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { ErrorState } from '../../components/error-state.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { NoTrainingData } from './no-training-data.tsx';
import { TrainForm } from './train-form.tsx';
import { TrainingProgress } from './training-progress.tsx';

interface TrainDialogProps {
  readonly projectId: number;
  /** The training that is under way, once there is one. */
  readonly job: number | undefined;
  readonly onJob: (job: number) => void;
  readonly onClose: () => void;
}

/** New ingredients from the project's own data: what is trained, then how it goes. */
export default function TrainDialog({ projectId, job, onJob, onClose }: TrainDialogProps) {
  return (
    <Modal opened onClose={onClose} size={980} title="Train ingredients" closeButtonProps={{ 'aria-label': 'Close' }}>
      {job === undefined ? (
        <Setup projectId={projectId} onStarted={onJob} onClose={onClose} />
      ) : (
        <TrainingProgress jobId={job} onClose={onClose} />
      )}
    </Modal>
  );
}

interface SetupProps {
  readonly projectId: number;
  readonly onStarted: (job: number) => void;
  readonly onClose: () => void;
}

function Setup({ projectId, onStarted, onClose }: SetupProps) {
  const [splits, ingredients, presets] = useQueries({
    queries: [
      service.datasets.list.queryOptions({ input: { projectId } }),
      service.ingredients.list.queryOptions({ input: { projectId } }),
      service.ingredients.presets.queryOptions({ input: {} }),
    ],
  });
  const failed = [splits, ingredients, presets].find((query) => query.isError);
  if (failed !== undefined) return <ErrorState error={errorFactsOf(failed.error)} />;
  if (splits.data === undefined || ingredients.data === undefined || presets.data === undefined) {
    return <LoadingState what="what can be trained" />;
  }
  const train = splits.data.filter(({ role }) => role === 'train');
  const selection = splits.data.filter(({ role }) => role === 'selection');
  if (train.length === 0 || selection.length === 0) return <NoTrainingData projectId={projectId} />;
  return (
    <TrainForm
      projectId={projectId}
      train={train}
      selection={selection}
      ingredients={ingredients.data}
      presets={presets.data.presets}
      onStarted={onStarted}
      onClose={onClose}
    />
  );
}
