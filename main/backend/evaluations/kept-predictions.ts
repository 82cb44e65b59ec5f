import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { PredictionFiles } from '../../../db/repositories/prediction-files.ts';
import { LABELS_FILE } from '../../data/prepared-folder.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { type EnsembleKind, ensembleLogits } from '../../metrics/ensemble.ts';
import { Predictions } from '../../metrics/predictions.ts';
import type { WorkspacePaths } from '../workspace.ts';

/** What an evaluation is known by. */
export type Measured = Pick<Evaluation, 'subjectId' | 'splitKey' | 'preprocessing' | 'runtimeIdentity'>;

/**
 * Predictions that evaluations were made from, read back from the workspace: no forward pass, no engine. Undefined where a file is
 * gone or is no longer what was written, so that nothing is ever said from damaged ones. Labels are read once a split.
 */
export class KeptPredictions {
  readonly #files: PredictionFiles;
  readonly #paths: Pick<WorkspacePaths, 'predictions' | 'splits'>;
  readonly #labels = new Map<string, Int32Array | undefined>();

  constructor(files: PredictionFiles, paths: Pick<WorkspacePaths, 'predictions' | 'splits'>) {
    this.#files = files;
    this.#paths = paths;
  }

  of(evaluation: Measured): Predictions | undefined {
    return this.#joined(this.#logits(evaluation), evaluation.splitKey);
  }

  /** Of an ensemble, from its members' evaluations on the same split. */
  ensemble(combine: EnsembleKind, members: readonly Measured[]): Predictions | undefined {
    const [first] = members;
    const parts = members.map((member) => this.#logits(member)).filter((part) => part !== undefined);
    const labels = first && this.#labelsOf(first.splitKey);
    if (labels === undefined || parts.length !== members.length) return undefined;
    const length = parts[0]!.length;
    if (parts.some((part) => part.length !== length) || length % labels.length !== 0) return undefined;
    return this.#joined(ensembleLogits(combine, parts, length / labels.length), first!.splitKey);
  }

  #joined(logits: Float32Array | undefined, splitKey: string): Predictions | undefined {
    const labels = this.#labelsOf(splitKey);
    if (logits === undefined || labels === undefined || labels.length === 0) return undefined;
    return logits.length % labels.length === 0 ? new Predictions(logits, labels) : undefined;
  }

  #logits(evaluation: Measured): Float32Array | undefined {
    const known = this.#files.of(evaluation);
    const bytes = known && bytesOf(join(this.#paths.predictions, known.file));
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== known?.sha256) return undefined;
    return new Float32Array(bytes.buffer);
  }

  #labelsOf(splitKey: string): Int32Array | undefined {
    if (!this.#labels.has(splitKey)) {
      const bytes = bytesOf(join(this.#paths.splits, splitKey, LABELS_FILE));
      this.#labels.set(splitKey, bytes && new Int32Array(bytes.buffer));
    }
    return this.#labels.get(splitKey);
  }
}

/** In memory of their own; the numbers in them are little-endian, as on every processor that Stockpot runs on. */
function bytesOf(path: string): Uint8Array<ArrayBuffer> | undefined {
  return existsSync(path) ? Uint8Array.from(withFileErrors(path, () => readFileSync(path))) : undefined;
}
