import type { EpochReport, JobEvent } from '../../../preload/contract/jobs.ts';
import type { ChartData, Series } from '../../charts/chart-data.ts';

/** How one ingredient's training has gone so far. */
export interface TrainingCurve {
  readonly ingredient: string;
  /** How many there will be. */
  readonly epochs: number;
  readonly reports: readonly EpochReport[];
}

/** The epochs of a job's present attempt, by ingredient, in the order in which they first reported. */
export function curvesOf(events: readonly JobEvent[]): readonly TrainingCurve[] {
  const curves = new Map<string, TrainingCurve>();
  for (const { event } of events) {
    if (event.kind === 'attempt') curves.clear();
    if (event.kind !== 'epoch') continue;
    const before = curves.get(event.ingredient)?.reports ?? [];
    curves.set(event.ingredient, {
      ingredient: event.ingredient,
      epochs: event.epochs,
      reports: [...before, event.report],
    });
  }
  return [...curves.values()];
}

type Figure = 'selectionAccuracy' | 'trainLoss' | 'selectionLoss';

const FIGURES: Readonly<Record<Figure, Omit<ChartData, 'series' | 'kind' | 'x'>>> = {
  selectionAccuracy: { title: 'Accuracy on selection', y: { title: 'Accuracy', format: '.1%' } },
  trainLoss: { title: 'Loss in training', y: { title: 'Cross-entropy', unit: 'nats', format: '.3' } },
  selectionLoss: { title: 'Loss on selection', y: { title: 'Cross-entropy', unit: 'nats', format: '.3' } },
};

/** Epochs count from 1, for people. */
export function curveChart(curves: readonly TrainingCurve[], figure: Figure): ChartData {
  const series = curves.map(
    ({ ingredient, reports }, ordinal): Series => ({
      subject: { kind: 'ingredient', label: ingredient, ordinal },
      points: reports.flatMap((report) => {
        const y = report[figure];
        return y === null ? [] : [{ x: report.epoch + 1, y }];
      }),
    }),
  );
  return { ...FIGURES[figure], kind: 'lines', x: { title: 'Epoch', format: 'd' }, series };
}
