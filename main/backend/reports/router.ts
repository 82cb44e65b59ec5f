import { existsSync } from 'node:fs';
import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { DataSource } from '../../data/source.ts';
import { wilsonInterval } from '../../metrics/interval.ts';
import { service } from '../api/service.ts';
import { figuresOf } from '../evaluations/figures.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { bestIngredient } from '../runs/best-ingredient.ts';
import { architectureFacts, commandsOf, environmentOf } from '../runs/gather-report.ts';
import { coefficientsOf, type RunDetails } from '../runs/run-details.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { type Verdict, type VerdictRoom, verdictOn } from './verdict.ts';

/** Verdicts that are kept: a finished run changes no more. */
const KEPT = 64;

export function reportsRouter(runs: RunService, room: VerdictRoom, paths: WorkspacePaths, jobs: JobQueue) {
  const known = new Map<string, Verdict | null>();
  const verdict = (runId: number): Verdict | null => {
    const details = runs.get(runId);
    const key = `${runId} ${details.run.finishedAt} ${bestIngredient(details).metric.id}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const fresh = verdictOn(room, details);
    if (known.size >= KEPT) known.clear();
    if (details.run.status === 'done') known.set(key, fresh);
    return fresh;
  };
  return {
    verdict: service.reports.verdict.handler(({ input }) => verdict(input.runId)),
    evaluations: service.reports.evaluations.handler(({ input }) => evaluationsOf(runs.get(input.runId))),
    facts: service.reports.facts.handler(({ input }) => factsOfRun(runs.get(input.runId), paths)),
    replay: service.reports.replay.handler(({ input: { runId } }) => {
      const details = runs.get(runId);
      coefficientsOf(details);
      const { projectId, recipe } = details.run;
      return {
        jobId: jobs.start({ kind: 'replay', title: `Replay the ${recipe} run ${runId}`, projectId, request: { runId } })
          .id,
      };
    }),
    replayed: service.reports.replayed.handler(({ input }) => runs.lastReplay(input.runId) ?? null),
  };
}

function evaluationsOf({ splits, rows }: RunDetails) {
  const columns = splits.flatMap(({ name, role, sampleCount, source }, column) =>
    role === 'train' || rows.every(({ evaluations }) => evaluations[column] === undefined)
      ? []
      : [{ column, split: { name, role, sampleCount, isClean: (source as DataSource).corruption === undefined } }],
  );
  return {
    splits: columns.map(({ split }) => split),
    rows: rows.map(({ kind, label, evaluations }) => ({
      kind,
      label,
      scores: columns.map(({ column }) => cellOf(evaluations[column])),
    })),
  };
}

function cellOf(evaluation: Evaluation | undefined) {
  if (evaluation === undefined) return null;
  const { correct, total, accuracy, loss, metrics } = evaluation;
  const { low, high } = wilsonInterval(correct, total);
  return {
    correct,
    total,
    accuracy,
    interval: { low, high },
    loss: Number.isNaN(loss) ? null : loss,
    figures: figuresOf(metrics, total),
  };
}

function factsOfRun(details: RunDetails, paths: WorkspacePaths) {
  return {
    ingredients: details.ingredients.map(({ name, ingredient: { id, path, sha256, byteSize, hyperparameters } }) => ({
      id,
      name,
      path,
      sha256,
      byteSize,
      missing: !existsSync(path),
      hyperparameters: Object.entries(hyperparameters).map(([label, value]) => ({
        label,
        value: typeof value === 'object' ? JSON.stringify(value) : String(value),
      })),
    })),
    architecture: architectureFacts(details),
    environment: environmentOf(details),
    commands: commandsOf({ paths }, details),
  };
}
