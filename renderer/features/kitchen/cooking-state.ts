import type { JobEvent, JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { CoefficientTable } from '../run/coefficient-chart.ts';

/** What has come out of a cooking so far. */
export interface CookingState {
  readonly trace: readonly JobTraceStep[];
  readonly soup: (CoefficientTable & { readonly summary: string }) | undefined;
  /** Scores on the test sets: soup, ingredients, ensembles. */
  readonly evaluated: number;
  /** Lines for people, of all attempts. */
  readonly log: readonly string[];
}

export const NOTHING_YET: CookingState = { trace: [], soup: undefined, evaluated: 0, log: [] };

/** One attempt's traces and soup replace those of the attempts before it; the log goes on. */
export function afterEvents(state: CookingState, events: readonly JobEvent[]): CookingState {
  let next = state;
  for (const { event } of events) {
    switch (event.kind) {
      case 'attempt':
        next = { ...NOTHING_YET, log: next.log };
        break;
      case 'log':
        next = { ...next, log: [...next.log, event.text] };
        break;
      case 'trace':
        next = { ...next, trace: [...next.trace, event.step] };
        break;
      case 'soup':
        next = {
          ...next,
          soup: {
            summary: event.summary,
            ingredients: event.ingredients,
            groups: event.groups.map(({ name, weights }) => ({ group: name, weights })),
          },
        };
        break;
      case 'evaluated':
        next = { ...next, evaluated: next.evaluated + 1 };
        break;
      case 'epoch':
        break;
    }
  }
  return next;
}
