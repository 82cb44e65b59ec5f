import type { Backend } from '../../main/backend/backend.ts';
import type { CookEvent } from '../../main/backend/runs/cook-request.ts';
import { planCooking } from '../../main/backend/runs/plan-cooking.ts';
import type { RunDetails } from '../../main/backend/runs/run-details.ts';

/** Cooks a recipe file to its end. */
export async function cookFile(
  backend: Backend,
  recipe: string,
  onEvent: (event: CookEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<RunDetails> {
  const course = backend.runs.cookPlan(await planCooking(recipe), signal === undefined ? {} : { signal });
  for (;;) {
    const next = await course.next();
    if (next.done === true) return next.value;
    onEvent(next.value);
  }
}

/** What a run has found out, without ids, times and places: equal for equal runs. */
export function findings({ run, trace, rows, splits }: RunDetails): unknown {
  return {
    coefficients: run.coefficients,
    summary: run.summary,
    used: run.used,
    trace,
    rows: rows.map(({ kind, label, evaluations }) => ({
      kind,
      label,
      figures: evaluations.map(
        (evaluation, i) => evaluation && [splits[i]!.name, evaluation.correct, evaluation.total, evaluation.loss],
      ),
    })),
  };
}
