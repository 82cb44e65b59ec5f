import { factsOf } from '../errors.ts';
import type { OnProgress, Progress } from '../progress.ts';
import type { EngineMessage, EngineRequest, EpochReport, ResultOf, Task } from './protocol.ts';
import { runTask } from './tasks/run-task.ts';

/** How the engine reaches whoever started it, whatever started it. */
export interface EnginePort {
  post(message: EngineMessage): void;
  onMessage(listener: (message: EngineRequest) => void): void;
}

/** What a task is given to tell of its course. */
export interface TaskReports {
  readonly onProgress: OnProgress;
  readonly onEpoch: (epoch: EpochReport) => void;
}

const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Answers the requests that come in through `port`, one at a time and in their order. */
export function serveEngine(port: EnginePort): void {
  let last: Promise<void> = Promise.resolve();
  port.onMessage((request) => {
    last = last.then(async () => {
      port.post({ type: 'started', id: request.id });
      port.post(await answer(request.id, request.task, port));
    });
  });
  port.post({ type: 'ready' });
}

async function answer(id: number, task: Task, port: EnginePort): Promise<EngineMessage> {
  const reports: TaskReports = {
    onProgress: throttled((progress) => port.post({ type: 'progress', id, progress })),
    onEpoch: (epoch) => port.post({ type: 'epoch', id, epoch }),
  };
  try {
    const result: ResultOf<Task> = await runTask(task, reports);
    return { type: 'done', id, result };
  } catch (thrown) {
    return { type: 'failed', id, error: factsOf(thrown) };
  }
}

/** At most ten reports a second, but the first and the last of every stage. */
function throttled(send: (progress: Progress) => void): OnProgress {
  let stage: string | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    const edge = progress.stage !== stage || progress.done >= progress.total;
    if (!edge && now - sentAt < MILLISECONDS_BETWEEN_REPORTS) return;
    stage = progress.stage;
    sentAt = now;
    send(progress);
  };
}
