import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ExportedFile } from '../../../db/repositories/exports.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { type LayoutOptions, type OutputFormat, outputFacts } from '../../checkpoints/output-formats.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { type Blend, withComputedFiles } from '../../mix/blend.ts';
import { filesOfMixture, type Mixture } from '../../mix/mixture.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import type { RoundingReport } from '../../mix/rounding.ts';
import { writeMixture } from '../../mix/write.ts';
import { normalizationEntry } from '../ingredients/normalization.ts';
import { writtenOf } from '../ingredients/reading-schema.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { parseRecipeFile, type RecipeFile, writeRecipeFile } from '../runs/recipe-file.ts';
import { type RunDetails, type RunTables, runDetails, soupOf } from '../runs/run-details.ts';
import { recipePath } from '../runs/run-recipe.ts';
import type { RunService } from '../runs/service.ts';
import { stockpotVersion } from '../system/versions.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { HASH_PLACE, MODEL_CARD_FILE, renderModelCard } from './model-card.ts';
import { portableRecipe, RECIPE_KEY } from './restore-recipe.ts';
import { sharedNormalization } from './shared-normalization.ts';
import { portablePath, SOUP_KEY, type SoupMetadata } from './soup-metadata.ts';
import { type StoredTensors, storedAsAsked, storedTensors } from './stored-tensors.ts';

interface ExportRequest {
  readonly runId: number;
  /** Made when it is not there. */
  readonly folder: string;
  readonly format: OutputFormat;
  /** The run's own when left out. */
  readonly dtype?: Mixture['dtype'];
  readonly layout?: LayoutOptions;
  /** Replace files of an earlier export. */
  readonly replace?: boolean;
  /** The model card, in Markdown, `{{sha256}}` where the file's hash belongs; made from the run when left out. */
  readonly card?: string;
}

interface DraftRequest extends Pick<ExportRequest, 'runId' | 'format'> {
  readonly layout: LayoutOptions;
}

export interface Exported {
  readonly id: number;
  /** The file to open. */
  readonly soup: string;
  /** All files of the soup, what lies beside it about its origin included. */
  readonly written: readonly string[];
  /** As `hashCheckpoint`. */
  readonly sha256: string;
  readonly bytes: number;
  readonly modelCard: string;
  readonly recipe: string;
  /** Tensors that hold NaN or infinite values. */
  readonly nonFinite: readonly string[];
  readonly rounding: RoundingReport | undefined;
}

export interface ExportService {
  /**
   * Writes a finished run's soup with its origin inside, its model card and its recipe beside it; each file complete or absent.
   * @throws StockpotError `runs/unknown`, `runs/unfinished`, `exports/ingredient-changed`, `exports/exists`, `mix/…`, `file/…`
   */
  export(request: ExportRequest, options?: JobOptions): Promise<Exported>;
  /**
   * The model card as it would be written, with `{{sha256}}` in place of the file's hash.
   * @throws StockpotError `runs/unknown`, `runs/unfinished`
   */
  draftCard(request: DraftRequest, options?: JobOptions): Promise<string>;
  ofRun(runId: number): readonly ExportedFile[];
  /** @throws StockpotError `exports/unknown` */
  get(id: number): ExportedFile;
}

export function exportService(tables: RunTables, runs: RunService, paths: WorkspacePaths): ExportService {
  const draftCard = async (
    details: RunDetails,
    format: OutputFormat,
    stored: StoredTensors,
    options: JobOptions,
  ): Promise<string> => {
    soupOf(details);
    const data = await runs.reportData(details.run.id, [], options);
    const file = { name: soupFile(details, format), format, stored, sha256: HASH_PLACE };
    return renderModelCard(data, data.mainSoup, file);
  };
  return {
    async draftCard({ runId, format, layout }, options = {}) {
      const details = runDetails(tables, runId);
      const first = details.ingredients[0]!.ingredient;
      const stored = await storedAsAsked(layout, first, details.run.architecture);
      return draftCard(details, format, stored, options);
    },
    async export(request, options = {}) {
      const details = runDetails(tables, request.runId);
      const folder = resolve(request.folder);
      const soup: Mixture = { ...soupOf(details), dtype: request.dtype ?? details.run.dtype };
      const files = {
        soup: join(folder, soupFile(details, request.format)),
        modelCard: join(folder, MODEL_CARD_FILE),
        recipe: join(folder, 'recipe.yml'),
      };
      if (request.replace !== true) refuseExisting(Object.values(files));
      await checkIngredients(soup, options);
      withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
      const report = await writeMixture(soup, {
        ...options,
        path: files.soup,
        format: request.format,
        ...(request.layout === undefined ? {} : { layout: request.layout }),
        replace: request.replace === true,
        graph: buildArchitecture(details.run.architecture).graph,
        metadata: {
          format: 'pt',
          ...normalizationMetadata(details),
          [RECIPE_KEY]: portableRecipe(recipeOf(details, paths), folder),
          [SOUP_KEY]: JSON.stringify(describeSoup(details, soup, files.soup)),
        },
      });
      const sha256 = await hashIngredient(files.soup, options.signal);
      const id = tables.exports.add({
        runId: details.run.id,
        path: files.soup,
        format: request.format,
        dtype: soup.dtype,
        sha256,
        byteSize: report.bytes,
      });
      const names = details.ingredients[0]?.ingredient.reading?.names;
      const stored = await storedTensors(files.soup, details.run.architecture, names);
      const card = request.card ?? (await draftCard(details, request.format, stored, options));
      writeFileAtomically(files.modelCard, card.replaceAll(HASH_PLACE, sha256));
      writeFileAtomically(files.recipe, recipeFor(details, folder, paths));
      return {
        id,
        ...files,
        sha256,
        bytes: report.bytes,
        written: report.files,
        nonFinite: report.nonFinite,
        rounding: report.rounding,
      };
    },
    ofRun: (runId) => tables.exports.ofRun(runId),
    get(id) {
      const found = tables.exports.byId(id);
      if (found !== undefined) return found;
      throw new StockpotError({ code: 'exports/unknown', what: 'There is no such export', where: `export ${id}` });
    },
  };
}

function soupFile({ run }: RunDetails, format: OutputFormat): string {
  return `${run.recipe}-soup${outputFacts(format).extensions[0]}`;
}

function refuseExisting(files: readonly string[]): void {
  const existing = files.filter((file) => existsSync(file));
  if (existing.length === 0) return;
  throw new StockpotError({
    code: 'exports/exists',
    what: 'The folder holds an export already',
    where: dirname(existing[0]!),
    details: existing,
    remedy: 'Choose another folder, or have the files replaced (--force on the command line).',
  });
}

/** A soup of other files than those that were evaluated would carry scores that are not its own. */
async function checkIngredients(soup: Mixture, { signal }: JobOptions): Promise<void> {
  for (const { path, sha256 } of filesOfMixture(soup)) {
    const found = await hashIngredient(path, signal);
    if (found === sha256) continue;
    throw new StockpotError({
      code: 'exports/ingredient-changed',
      what: 'An ingredient has changed since the run',
      where: path,
      details: [`SHA-256 then: ${sha256}`, `SHA-256 now: ${found}`],
      remedy: 'Put the original file back, or cook again with the new one.',
    });
  }
}

function describeSoup(
  { run, project, ingredients, rows, splits }: RunDetails,
  soup: Mixture,
  path: string,
): SoupMetadata {
  const folder = dirname(path);
  return {
    version: 1,
    stockpot: stockpotVersion(),
    run: { id: run.id, project, finishedAt: run.finishedAt },
    recipe: run.recipe,
    options: run.options,
    summary: run.summary ?? '',
    architecture: run.architecture as SoupMetadata['architecture'],
    runtime: run.runtimeIdentity,
    ingredients: ingredients.map(({ name, ingredient }) => ({
      name,
      path: portablePath(ingredient.path, folder),
      sha256: ingredient.sha256,
      ...writtenOf(ingredient.reading),
    })),
    ...(portableBlend(run.coefficients!, folder) as Pick<SoupMetadata, 'groups' | 'inputs'>),
    accumulate: soup.accumulate,
    dtype: soup.dtype,
    scores: Object.fromEntries(
      rows.map(({ label, evaluations }) => [
        label,
        Object.fromEntries(
          evaluations.flatMap((evaluation, i) =>
            evaluation === undefined
              ? []
              : [[splits[i]!.name, { correct: evaluation.correct, total: evaluation.total }] as const],
          ),
        ),
      ]),
    ),
  };
}

function portableBlend(blend: Blend, folder: string): Blend {
  return withComputedFiles(blend, (file) => ({ ...file, path: portablePath(file.path, folder) }));
}

function normalizationMetadata(details: RunDetails): Readonly<Record<string, string>> {
  const agreed = sharedNormalization(details);
  return agreed === undefined ? {} : normalizationEntry(agreed);
}

/** The run's recipe, its paths absolute: the export stands outside the workspace. */
function recipeFor(details: RunDetails, folder: string, paths: WorkspacePaths): string {
  return writeRecipeFile(recipeOf(details, paths), folder, folder);
}

function recipeOf({ run }: RunDetails, paths: WorkspacePaths): RecipeFile {
  const { path: _, placeOf: __, ...recipe } = parseRecipeFile(run.recipeFile, recipePath(paths, run.id));
  return { ...recipe, ingredients: [...recipe.ingredients] };
}
