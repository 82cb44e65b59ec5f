import { join } from 'node:path';
import { z } from 'zod';
import { layoutOptions } from '../../../preload/contract/exports.ts';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { OUTPUT_FORMATS } from '../../checkpoints/output-formats.ts';
import { StockpotError } from '../../errors.ts';
import type { Backend } from '../backend.ts';
import { type JobContext, jobKind } from '../jobs/job-kind.ts';
import { describeDifference } from './describe-difference.ts';
import type { Exported } from './service.ts';
import { type Verification, verifyFile } from './verify.ts';

const exportRequest = z.object({
  runId: z.int(),
  folder: z.string(),
  format: z.enum(OUTPUT_FORMATS),
  dtype: z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']).optional(),
  layout: layoutOptions.optional(),
  replace: z.boolean(),
  verify: z.boolean(),
  card: z.string().optional(),
});

export type ExportSoup = z.infer<typeof exportRequest>;

const verifyRequest = z.object({
  path: z.string(),
  runId: z.int().nullable(),
  ingredientFolder: z.string().optional(),
});

export type VerifySoup = z.infer<typeof verifyRequest>;

type Parts = Pick<Backend, 'exports' | 'runs' | 'ingredients'>;

/** Where a run's soup goes when no folder is named. */
export function exportFolder(exportsFolder: string, runId: number): string {
  return join(exportsFolder, `run-${runId}`);
}

/** Writes a run's soup and, where that is wanted, computes it again from its ingredients to see that it is what it says. */
export function exportKind(parts: Parts) {
  return jobKind({
    name: 'export',
    weight: 'light',
    request: exportRequest,
    perform: (wanted, context) => exportSoup(parts, wanted, context),
  });
}

export function verifyKind(parts: Parts) {
  return jobKind({
    name: 'verify',
    weight: 'light',
    request: verifyRequest,
    perform: (wanted, context) => verifySoup(parts, wanted, context),
  });
}

async function exportSoup(parts: Parts, wanted: ExportSoup, context: JobContext): Promise<JobResult> {
  const { runId, folder, format, dtype, layout, replace, card } = wanted;
  const { projectId } = parts.runs.get(runId).run;
  const { signal, onProgress, send } = context;
  const exported = await parts.exports.export(
    {
      runId,
      folder,
      format,
      replace,
      ...(layout === undefined ? {} : { layout }),
      ...(dtype === undefined ? {} : { dtype }),
      ...(card === undefined ? {} : { card }),
    },
    { signal, onProgress },
  );
  const result = {
    kind: 'export' as const,
    projectId,
    runId,
    exportId: exported.id,
    path: exported.soup,
    ...roundingOf(exported),
  };
  context.expect(result);
  send({ kind: 'log', text: `Wrote ${exported.soup}, SHA-256 ${exported.sha256}` });
  if (exported.nonFinite.length > 0) {
    send({ kind: 'log', text: `NaN or infinite values in ${exported.nonFinite.join(', ')}` });
  }
  if (!wanted.verify) return result;
  const verification = await verify(parts, { path: exported.soup, runId }, context);
  if (!verification.identical) throw differs(exported.soup, verification);
  return result;
}

function roundingOf({ rounding }: Exported): Pick<Extract<JobResult, { readonly kind: 'export' }>, 'rounding'> {
  if (rounding === undefined) return {};
  const worst = rounding.tensors.reduce((a, b) => (b.largestError > a.largestError ? b : a));
  return { rounding: { ...rounding.overall, worst: worst.tensor } };
}

async function verifySoup(parts: Parts, wanted: VerifySoup, context: JobContext): Promise<JobResult> {
  const { identical, differences, tensorCount } = await verify(parts, wanted, context);
  const { path, runId } = wanted;
  return {
    kind: 'verification',
    path,
    runId,
    identical,
    differences: differences.map(describeDifference),
    tensorCount,
  };
}

async function verify(
  { ingredients }: Parts,
  { path, ingredientFolder }: VerifySoup,
  { signal, onProgress, send }: JobContext,
): Promise<Verification> {
  const knownPaths = (sha256: string) => ingredients.withHash(sha256).map((ingredient) => ingredient.path);
  const request = { file: path, knownPaths, ...(ingredientFolder === undefined ? {} : { ingredientFolder }) };
  const verification = await verifyFile(request, { signal, onProgress });
  const { identical, tensorCount, differences } = verification;
  const outcome = identical
    ? `Verified: computed again from its ingredients, all ${tensorCount} tensors are equal bit for bit`
    : `${differences.length} of ${tensorCount} tensors differ from what the ingredients give`;
  send({ kind: 'log', text: outcome });
  return verification;
}

function differs(path: string, { differences, tensorCount }: Verification): StockpotError {
  return new StockpotError({
    code: 'exports/not-identical',
    kind: 'failure',
    what: `The file is not what it should be: ${differences.length} of ${tensorCount} tensors differ`,
    where: path,
    details: differences.map(describeDifference),
    remedy: 'Export it again; if that does not help, check the disk.',
  });
}
