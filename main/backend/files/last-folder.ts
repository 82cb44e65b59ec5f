import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { WorkspacePaths } from '../workspace.ts';

/** The folder in which files were last looked for, kept with the workspace. */
export interface LastFolder {
  /** Undefined where there is none or it is gone. */
  recall(): string | undefined;
  /** @param path a folder, or a file in it; what is not there is not remembered */
  remember(path: string): void;
}

const kept = z.object({ folder: z.string() });

export function lastFolder({ lastFolder: file }: Pick<WorkspacePaths, 'lastFolder'>): LastFolder {
  const recall = (): string | undefined => {
    if (!existsSync(file)) return undefined;
    const folder = folderIn(withFileErrors(file, () => readFileSync(file, 'utf8')));
    return folder !== undefined && folderOf(folder) === folder ? folder : undefined;
  };
  return {
    recall,
    remember(path) {
      const folder = folderOf(resolve(path));
      if (folder === undefined || folder === recall()) return;
      writeFileAtomically(file, `${JSON.stringify({ folder })}\n`);
    },
  };
}

/** Only a convenience: what somebody has spoilt is as good as nothing. */
function folderIn(text: string): string | undefined {
  try {
    return kept.safeParse(JSON.parse(text)).data?.folder;
  } catch {
    return undefined;
  }
}

function folderOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isDirectory() ? path : dirname(path);
}
