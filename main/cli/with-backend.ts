import type { Backend } from '../backend/backend.ts';

/** The signals that ask a program to end; all of them let it end in order. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What the shell reports for a program that Ctrl-C ended. */
const FORCED_EXIT = 130;

/**
 * Runs `work` so that Ctrl-C cancels it: it then throws `job/cancelled`, everything is put away, and the command ends with exit
 * code 1. A second Ctrl-C ends the process at once, with exit code 130.
 */
export async function cancellable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancel = new AbortController();
  const onSignal = (): void => {
    if (cancel.signal.aborted) process.exit(FORCED_EXIT);
    cancel.abort();
  };
  for (const name of ENDINGS) process.on(name, onSignal);
  try {
    return await work(cancel.signal);
  } finally {
    for (const name of ENDINGS) process.removeListener(name, onSignal);
  }
}

export interface BackendFlags {
  readonly dir?: string;
}

/** `write` makes the workspace where there is none; `change` writes into one that must be there; `read` only looks. */
type WorkspaceAccess = 'write' | 'change' | 'read';

/** Opens the workspace that the flags name, hands it to `work`, and closes it whatever happens. */
export function withBackend<T>(
  { dir }: BackendFlags,
  access: WorkspaceAccess,
  work: (backend: Backend, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return cancellable(async (signal) => {
    const { createBackend } = await import('../backend/backend.ts');
    const { defaultWorkspaceFolder, requireWorkspace } = await import('../backend/workspace.ts');
    const { createNodeProcessHost } = await import('../engine/node-process-host.ts');
    const workspaceFolder = dir ?? defaultWorkspaceFolder();
    if (access === 'change') requireWorkspace(workspaceFolder);
    const backend = await createBackend({
      workspaceFolder,
      processHost: createNodeProcessHost(),
      readOnly: access === 'read',
    });
    try {
      return await work(backend, signal);
    } finally {
      await backend.close();
    }
  });
}
