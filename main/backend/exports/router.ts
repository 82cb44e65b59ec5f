import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ExportedFile } from '../../../db/repositories/exports.ts';
import { architectureName } from '../../architectures/build.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { soupOf } from '../runs/run-details.ts';
import { DTYPES, FORMATS } from './choices.ts';
import { type ExportSoup, exportFolder, type VerifySoup } from './jobs.ts';
import { MODEL_CARD_FILE } from './model-card.ts';
import { pythonSnippet } from './python-snippet.ts';
import { revealFile } from './reveal.ts';

const wantedFormat = z.enum(['safetensors', 'pytorch-zip']);
const wantedDtype = z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']);

export function exportsRouter({ exports, runs, paths }: Backend, queue: JobQueue) {
  const { exports: contract } = service;
  const folderOf = (runId: number): string => exportFolder(paths.exports, runId);
  const startExport = (request: ExportSoup) => {
    const details = runs.get(request.runId);
    soupOf(details);
    const title = `Export the ${details.run.recipe} soup of run ${request.runId}`;
    const { projectId } = details.run;
    return { jobId: queue.start({ kind: 'export', title, projectId, request }).id };
  };
  const startVerify = (request: VerifySoup) => {
    const projectId = request.runId === null ? null : runs.get(request.runId).run.projectId;
    const title = `Verify ${basename(request.path)}`;
    return { jobId: queue.start({ kind: 'verify', title, projectId, request }).id };
  };
  return {
    choices: contract.choices.handler(() => ({ formats: FORMATS, dtypes: DTYPES })),
    folder: contract.folder.handler(({ input }) => {
      const folder = folderOf(input.runId);
      return { folder, exists: existsSync(folder) };
    }),
    start: contract.start.handler(({ input: { runId, folder, format, dtype, replace, verify } }) =>
      startExport({
        runId,
        folder: resolve(folder ?? folderOf(runId)),
        format: choose(wantedFormat, format),
        ...(dtype === undefined ? {} : { dtype: choose(wantedDtype, dtype) }),
        replace,
        verify,
      }),
    ),
    list: contract.list.handler(({ input }) => {
      runs.get(input.runId);
      return exports.ofRun(input.runId).map((file) => ({ ...file, missing: !existsSync(file.path) }));
    }),
    verify: contract.verify.handler(({ input }) => {
      const where = 'path' in input ? { path: resolve(input.path), runId: null } : exports.get(input.exportId);
      const { path, runId } = where;
      const { ingredientFolder } = input;
      return startVerify({ path, runId, ...(ingredientFolder === undefined ? {} : { ingredientFolder }) });
    }),
    card: contract.card.handler(({ input }) => {
      const path = cardOf(exports.get(input.exportId));
      return { path, text: withFileErrors(path, () => readFileSync(path, 'utf8')) };
    }),
    saveCard: contract.saveCard.handler(({ input: { exportId, text } }) => {
      const path = cardOf(exports.get(exportId));
      writeFileAtomically(path, text);
      return { path, text };
    }),
    python: contract.python.handler(({ input }) => {
      const file = exports.get(input.exportId);
      return { text: pythonSnippet(file, architectureName(runs.get(file.runId).run.architecture)) };
    }),
    report: contract.report.handler(async ({ input: { runId, beside }, signal }) => {
      const path = await runs.writeReport(runId, beside, signal === undefined ? {} : { signal });
      return { path, html: withFileErrors(path, () => readFileSync(path, 'utf8')) };
    }),
    reveal: contract.reveal.handler(async ({ input }) => ({
      folder: await revealFile(exports.get(input.exportId).path),
    })),
  };
}

function cardOf({ path }: ExportedFile): string {
  return join(dirname(path), MODEL_CARD_FILE);
}

function choose<Choice extends string>(schema: z.ZodType<Choice>, given: string): Choice {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new StockpotError({
    code: 'exports/unknown-choice',
    what: `"${given}" cannot be written`,
    details: parsed.error.issues.map((issue) => issue.message),
  });
}
