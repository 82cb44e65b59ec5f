import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import type { ProcessHost } from '../../main/engine/process-host.ts';
import type { EngineRequest, Task } from '../../main/engine/protocol.ts';

/** Starts real engines and keeps what they are asked to do. */
export interface CountingHost extends ProcessHost {
  readonly tasks: Task[];
  /** Forward passes asked for: subjects, over all evaluations. */
  passes(): number;
}

export function countingHost(): CountingHost {
  const host = createNodeProcessHost();
  const tasks: Task[] = [];
  return {
    tasks,
    passes: () => tasks.reduce((sum, task) => sum + (task.kind === 'evaluate' ? task.subjects.length : 0), 0),
    start(entry, environment) {
      const child = host.start(entry, environment);
      return {
        ...child,
        post(message) {
          const request = message as EngineRequest;
          if (request.type === 'run') tasks.push(request.task);
          child.post(message);
        },
        get pid() {
          return child.pid;
        },
      };
    },
  };
}
