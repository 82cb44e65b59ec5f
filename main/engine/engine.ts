import { assertNever, factsOf } from '../errors.ts';
import type { OnProgress, Progress } from '../progress.ts';
import type {
  EngineMessage,
  EngineRequest,
  EpochReport,
  ResultOf,
  SlopesAnswer,
  SlopesFacts,
  SlopesQuestion,
  Task,
} from './protocol.ts';
import { Questions } from './questions.ts';
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

/** What a task that answers questions is given. */
export interface Dialogue {
  /** To be called once, before the first answer. */
  opened(facts: SlopesFacts): void;
  /** In their order; they end when nobody has any more. */
  readonly questions: AsyncIterable<SlopesQuestion>;
  answer(answer: SlopesAnswer): void;
}

const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Runs the tasks that come in through `port`, one at a time and in their order; questions go to the task that they are for. */
export function serveEngine(port: EnginePort): void {
  let last: Promise<void> = Promise.resolve();
  const questions = new Map<number, Questions<SlopesQuestion>>();
  port.onMessage((request) => {
    const { id } = request;
    switch (request.type) {
      case 'run': {
        const asked = new Questions<SlopesQuestion>();
        questions.set(id, asked);
        last = last.then(async () => {
          port.post({ type: 'started', id });
          port.post(await perform(id, request.task, asked, port));
          questions.delete(id);
        });
        return;
      }
      case 'ask':
        questions.get(id)?.add(request.question);
        return;
      case 'end':
        questions.get(id)?.end();
        return;
      default:
        assertNever(request);
    }
  });
  port.post({ type: 'ready' });
}

async function perform(
  id: number,
  task: Task,
  questions: AsyncIterable<SlopesQuestion>,
  port: EnginePort,
): Promise<EngineMessage> {
  const reports: TaskReports = {
    onProgress: throttled((progress) => port.post({ type: 'progress', id, progress })),
    onEpoch: (epoch) => port.post({ type: 'epoch', id, epoch }),
  };
  try {
    const result: ResultOf<Task> = await runTask(task, reports, {
      opened: (facts) => port.post({ type: 'opened', id, facts }),
      questions,
      answer: (answer) => port.post({ type: 'answer', id, answer }),
    });
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
