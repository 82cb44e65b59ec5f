import { z } from 'zod';
import { errorFacts, id, procedure, timestamp } from './base.ts';

const exportedFile = z.object({
  id,
  runId: id,
  /** Absolute. */
  path: z.string(),
  format: z.string(),
  dtype: z.string(),
  sha256: z.string(),
  byteSize: z.int(),
  createdAt: timestamp,
  /** The file is no longer there. */
  missing: z.boolean(),
});

export type ExportedFile = Readonly<z.infer<typeof exportedFile>>;

const choice = z.object({ value: z.string(), title: z.string(), description: z.string() });

const format = choice.extend({
  /** Why this soup cannot have it; null where it can. */
  refusal: z.string().nullable(),
  /** Usual ending of its files. */
  extension: z.string(),
  /** Element types that it can hold, among those that can be chosen. */
  dtypes: z.array(z.string()).readonly(),
  /** Whether the origin is told in the file; in a JSON file beside it otherwise. */
  hasMetadata: z.boolean(),
  /** What can be chosen of the layout: members of `layout` of `start`. */
  options: z.array(choice.extend({ kind: z.enum(['bytes', 'text', 'switch']) })).readonly(),
});

export const layoutOptions = z.object({
  /** Largest shard in bytes. */
  shardBytes: z.int().min(1000).optional(),
  /** Key that the tensors lie under. */
  wrap: z.string().max(200).optional(),
  /** What every tensor's name begins with. */
  prefix: z.string().max(200).optional(),
  /** Key and names as the first ingredient's file has them. */
  likeFirst: z.boolean().optional(),
});

const runHere = z.object({ id, projectId: id });

const provenance = z.object({
  /** What to open: of several files, the one that names the others. */
  file: z.string(),
  /** What the file says of its run; null where there was none, or an earlier version wrote it. */
  run: z.object({ id: z.number(), project: z.string(), finishedAt: z.string().nullable() }).nullable(),
  /** The run in this workspace. */
  here: runHere.nullable(),
  recipe: z.string(),
  summary: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
  architecture: z.string().nullable(),
  stockpot: z.string().nullable(),
  accumulate: z.string(),
  dtype: z.string(),
  ingredients: z
    .array(
      z.object({
        name: z.string(),
        /** Where it was then. */
        recordedPath: z.string(),
        sha256: z.string(),
        /** null where each group of tensors has weights of its own. */
        weight: z.number().nullable(),
        /** Where it is now, known by its content. */
        path: z.string().nullable(),
      }),
    )
    .readonly(),
  /** Why no recipe can be restored from it; null where one can, once all ingredients are there. */
  problem: errorFacts.nullable(),
});

export type Provenance = Readonly<z.infer<typeof provenance>>;

export const exports = {
  /** What a run's soup can be written as. */
  /** `isOneModel`: what the run came to can be written at all; false of what mixes outputs and not weights. */
  choices: procedure.input(z.object({ runId: id })).output(
    z.object({
      formats: z.array(format).readonly(),
      dtypes: z.array(choice).readonly(),
      isOneModel: z.boolean(),
    }),
  ),
  /** Where a run's soup may be written without touching what was exported before. */
  folder: procedure.input(z.object({ runId: id })).output(z.object({ folder: z.string() })),
  /** The model card as it would be written, in Markdown; `hashPlace` stands where the file's SHA-256 will be. */
  draftCard: procedure
    .input(z.object({ runId: id, format: z.string(), layout: layoutOptions.optional() }))
    .output(z.object({ text: z.string(), hashPlace: z.string() })),
  /** A job that writes the soup, its model card and its recipe, then computes it again and compares bit for bit. */
  start: procedure
    .input(
      z.object({
        runId: id,
        folder: z.string().min(1).max(4096).optional(),
        format: z.string().default('safetensors'),
        /** The run's own when left out. */
        dtype: z.string().optional(),
        /** What the format gives a choice of. */
        layout: layoutOptions.optional(),
        /** Replace files of an earlier export. */
        replace: z.boolean().default(false),
        verify: z.boolean().default(true),
        /** The model card; made from the run when left out. */
        card: z.string().max(1_000_000).optional(),
      }),
    )
    .output(z.object({ jobId: id })),
  list: procedure.input(z.object({ runId: id })).output(z.array(exportedFile).readonly()),
  /** The one soup that dropped files or a folder are, and its run where this workspace has it; null for anything else. */
  recognize: procedure
    .input(z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(2000) }))
    .output(z.object({ soup: z.object({ file: z.string(), run: runHere.nullable() }).nullable() })),
  /** What a soup says of where it comes from, and which of its ingredients are here, known by their content. */
  provenance: procedure
    .input(z.object({ path: z.string().min(1).max(4096), ingredientFolder: z.string().min(1).max(4096).optional() }))
    .output(provenance),
  /** A job that computes a soup again from its ingredients and compares it bit for bit: an export, or any file that Stockpot wrote. */
  verify: procedure
    .input(
      z.union([
        z.object({ exportId: id, ingredientFolder: z.string().min(1).optional() }),
        z.object({ path: z.string().min(1), ingredientFolder: z.string().min(1).optional() }),
      ]),
    )
    .output(z.object({ jobId: id })),
  /** The model card beside an export, in Markdown. */
  card: procedure.input(z.object({ exportId: id })).output(z.object({ path: z.string(), text: z.string() })),
  saveCard: procedure
    .input(z.object({ exportId: id, text: z.string().max(1_000_000) }))
    .output(z.object({ path: z.string(), text: z.string() })),
  /** Python that loads an export into PyTorch. */
  python: procedure.input(z.object({ exportId: id })).output(z.object({ text: z.string() })),
  /** A self-contained HTML report on finished runs, the first one in front; also written into the first run's folder. */
  report: procedure
    .input(z.object({ runId: id, beside: z.array(id).max(50).default([]) }))
    .output(z.object({ path: z.string(), html: z.string() })),
  /** Shows an export in the desktop's file manager. */
  reveal: procedure.input(z.object({ exportId: id })).output(z.object({ folder: z.string() })),
};
