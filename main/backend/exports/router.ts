import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type ExportedFile, exportRepository } from '../../../db/repositories/exports.ts';
import { OUTPUT_FORMATS } from '../../checkpoints/output-formats.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { makesEnsemble } from '../runs/outcome.ts';
import { soupOf } from '../runs/run-details.ts';
import { DTYPES, formatsFor } from './choices.ts';
import { type ExportSoup, exportFolder, type VerifySoup } from './jobs.ts';
import { HASH_PLACE, MODEL_CARD_FILE } from './model-card.ts';
import { provenanceOf } from './provenance.ts';
import { pythonSnippet } from './python-snippet.ts';
import { recognizeSoup } from './recognize.ts';
import { revealFile } from './reveal.ts';
import { sharedNormalization } from './shared-normalization.ts';
import { PLAINLY_STORED, storedTensors } from './stored-tensors.ts';

const wantedFormat = z.enum(OUTPUT_FORMATS);
const wantedDtype = z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']);

export function exportsRouter(backend: Backend, queue: JobQueue) {
  const { exports, ingredients, runs, paths } = backend;
  const files = exportRepository(backend.database);
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
    choices: contract.choices.handler(({ input: { runId } }) => {
      const { run, ingredients: cooked } = runs.get(runId);
      const [first] = cooked;
      const layout = first !== undefined && existsSync(first.ingredient.path) ? first.ingredient.format : undefined;
      return {
        formats: formatsFor({ layout, knowsArchitecture: true }),
        dtypes: DTYPES,
        isOneModel: !makesEnsemble(run.recipe),
      };
    }),
    folder: contract.folder.handler(({ input }) => ({ folder: freeFolder(folderOf(input.runId)) })),
    draftCard: contract.draftCard.handler(async ({ input: { runId, format, layout = {} }, signal }) => ({
      text: await exports.draftCard(
        { runId, format: choose(wantedFormat, format), layout },
        signal === undefined ? {} : { signal },
      ),
      hashPlace: HASH_PLACE,
    })),
    start: contract.start.handler(({ input: { runId, folder, format, dtype, layout, replace, verify, card } }) =>
      startExport({
        runId,
        folder: resolve(folder ?? folderOf(runId)),
        format: choose(wantedFormat, format),
        ...(dtype === undefined ? {} : { dtype: choose(wantedDtype, dtype) }),
        ...(layout === undefined ? {} : { layout }),
        replace,
        verify,
        ...(card === undefined ? {} : { card }),
      }),
    ),
    list: contract.list.handler(({ input }) => {
      runs.get(input.runId);
      return exports.ofRun(input.runId).map((file) => ({ ...file, missing: !existsSync(file.path) }));
    }),
    recognize: contract.recognize.handler(async ({ input, signal }) => ({
      soup: (await recognizeSoup(input.paths, files, signal)) ?? null,
    })),
    provenance: contract.provenance.handler(({ input: { path: file, ingredientFolder }, signal }) => {
      const knownPaths = (sha256: string) => ingredients.withHash(sha256).map((known) => known.path);
      return provenanceOf({ file, ingredientFolder, knownPaths }, files, signal === undefined ? {} : { signal });
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
    python: contract.python.handler(async ({ input }) => {
      const file = exports.get(input.exportId);
      const details = runs.get(file.runId);
      const { architecture } = details.run;
      const names = details.ingredients[0]?.ingredient.reading?.names;
      const stored = existsSync(file.path) ? await storedTensors(file.path, architecture, names) : PLAINLY_STORED;
      return { text: pythonSnippet({ file, architecture, stored, normalization: sharedNormalization(details) }) };
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

/** The folder or, where something has been written there, the next one after it. */
function freeFolder(folder: string): string {
  if (!existsSync(folder)) return folder;
  for (let n = 2; ; n++) if (!existsSync(`${folder}-${n}`)) return `${folder}-${n}`;
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
