import { assertNever } from '../../errors.ts';
import type { Dialogue, TaskReports } from '../engine.ts';
import type { ResultOf, Task } from '../protocol.ts';

/** Runs a task in this process. Only what the task needs is loaded: an engine that evaluates has no need of a training library. */
export async function runTask(task: Task, reports: TaskReports, dialogue: Dialogue): Promise<ResultOf<Task>> {
  switch (task.kind) {
    case 'evaluate': {
      const { evaluate } = await import('./evaluate.ts');
      return evaluate(task, reports);
    }
    case 'heat': {
      const { heat } = await import('./heat.ts');
      return heat(task, reports);
    }
    case 'train': {
      const { train } = await import('./train.ts');
      return train(task, reports);
    }
    case 'statistics': {
      const { estimateStatistics } = await import('./statistics.ts');
      return estimateStatistics(task, reports);
    }
    case 'slopes': {
      const { serveSlopes } = await import('./slopes.ts');
      return serveSlopes(task, dialogue);
    }
    case 'probe': {
      const { probe } = await import('./probe.ts');
      return probe(task);
    }
    default:
      return assertNever(task);
  }
}
