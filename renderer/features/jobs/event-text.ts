import type { JobEvent } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { describeStep } from '../run/describe-step.ts';

/** What happened, as a line of a log. */
export function textOfEvent(event: JobEvent['event'], metrics: readonly Metric[]): string {
  switch (event.kind) {
    case 'log':
      return event.text;
    case 'attempt':
      return event.attempt === 1 ? 'Begins' : `Begins again, for the ${ordinal(event.attempt)} time`;
    case 'trace':
      return describeStep(event.step, metrics);
    case 'epoch': {
      const { epoch, trainLoss, selectionAccuracy } = event.report;
      const loss = trainLoss === null ? 'diverged' : `loss ${trainLoss.toFixed(4)}`;
      return `${event.ingredient}, epoch ${epoch + 1} of ${event.epochs}: ${loss}, selection ${share(selectionAccuracy)}`;
    }
    case 'soup':
      return event.summary;
    case 'evaluated':
      return `${event.label} on ${event.split}: ${share(event.score.accuracy)}`;
  }
}

function share(accuracy: number): string {
  return `${(100 * accuracy).toFixed(2)} %`;
}

const ENDINGS = { one: 'st', two: 'nd', few: 'rd' } as const;
const rules = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(count: number): string {
  const rule = rules.select(count);
  return `${count}${rule in ENDINGS ? ENDINGS[rule as keyof typeof ENDINGS] : 'th'}`;
}
