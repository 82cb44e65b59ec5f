import { resolve } from 'node:path';
import { z } from 'zod';
import { isCheckpointName, isProjectFileName } from '../../preload/file-names.ts';

/** Absolute paths of the files among a command line's arguments; whatever else is there (switches, Electron's own) is left out. */
export function filesAmong(argv: readonly string[], folder: string): readonly string[] {
  return argv
    .filter((argument) => !argument.startsWith('-') && (isCheckpointName(argument) || isProjectFileName(argument)))
    .map((argument) => resolve(folder, argument));
}

/** What a second start hands over to the first. Its command line would be no good: Chromium adds to it and changes its order. */
export interface Handover {
  readonly files: readonly string[];
}

const handover = z.object({ files: z.array(z.string()) });

/** The files of a second start; none when what arrives is something else. */
export function handedOver(data: unknown): readonly string[] {
  const read = handover.safeParse(data);
  return read.success ? read.data.files : [];
}
