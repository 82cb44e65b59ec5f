import { z } from 'zod';
import { procedure } from './base.ts';

const entry = z.object({
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  /** Of a file; 0 of a folder. */
  bytes: z.number(),
});

export type FileEntry = Readonly<z.infer<typeof entry>>;

export const files = {
  /**
   * What lies in a folder of the machine that the service runs on, folders first, without hidden entries: a browser, unlike the
   * desktop shell, cannot tell a page where a file is. Without a folder, the one in which
   * files of this workspace were last looked for or, to begin with, the user's home.
   */
  browse: procedure.input(z.object({ folder: z.string().min(1).optional() })).output(
    z.object({
      folder: z.string(),
      /** Null at the top. */
      parent: z.string().nullable(),
      entries: z.array(entry).readonly(),
      /** Entries that are not listed because there are too many. */
      left: z.int(),
    }),
  ),
};
