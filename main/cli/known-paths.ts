import { existsSync } from 'node:fs';
import { cancellable, withBackend } from './with-backend.ts';

type KnownPaths = (sha256: string) => readonly string[];

/** A workspace may know where the ingredients are; files work without one. @param mayBeNew a workspace that is named need not be there yet */
export async function withKnownPaths<T>(
  flags: { readonly dir?: string },
  work: (knownPaths: KnownPaths, signal: AbortSignal) => Promise<T>,
  mayBeNew = false,
): Promise<T> {
  const { defaultWorkspaceFolder, workspacePaths } = await import('../backend/workspace.ts');
  const { database } = workspacePaths(flags.dir ?? defaultWorkspaceFolder());
  if (!existsSync(database) && (flags.dir === undefined || mayBeNew))
    return cancellable((signal) => work(() => [], signal));
  return withBackend(flags, 'read', ({ ingredients }, signal) =>
    work((sha256) => ingredients.withHash(sha256).map(({ path }) => path), signal),
  );
}
