import { join } from 'node:path';
import type { Database } from '../../../db/open.ts';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import { subjectScores } from '../../../db/repositories/subject-scores.ts';
import { openSplit } from '../../data/open-split.ts';
import type { SplitRef } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import { Predictions } from '../../metrics/predictions.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { Subject } from '../evaluations/subject.ts';
import type { RunTables } from '../runs/run-details.ts';
import type { Compared } from './subjects.ts';

/** What a subject says of every sample of a split. */
export interface Outputs {
  /** Equal keys, equal outputs. */
  readonly key: string;
  readonly predictions: Predictions;
}

/** As many are kept in memory as a page of comparisons needs at once: of 10,000 samples and 10 classes, 34 to 85 MB. */
const MOST_KEPT = 64;

/** Reads kept predictions, and remembers the latest. */
export class OutputsReader {
  readonly #database: Database;
  readonly #tables: RunTables;
  readonly #evaluations: EvaluationService;
  readonly #splitFolder: string;
  readonly #kept = new Map<string, Outputs>();
  /** Of the split that was asked about last: of many subjects on one split they are read once. */
  #labels: { readonly key: string; readonly labels: Int32Array } | undefined;

  constructor(database: Database, tables: RunTables, evaluations: EvaluationService, splitFolder: string) {
    this.#database = database;
    this.#tables = tables;
    this.#evaluations = evaluations;
    this.#splitFolder = splitFolder;
  }

  /** @throws StockpotError `compare/unknown-set` */
  split(id: number): SplitRef {
    const split: StoredSplit | undefined = this.#tables.datasets.splitById(id);
    if (split === undefined) {
      throw new StockpotError({
        code: 'compare/unknown-set',
        what: 'This set of samples is no longer there',
        where: `set ${id}`,
        remedy: 'Choose another set.',
      });
    }
    const { key, sampleCount, sampleShape, classCount, normalization } = split;
    return { key, folder: join(this.#splitFolder, key), sampleCount, sampleShape, classCount, normalization };
  }

  /** Undefined where the subject was never measured on the split, or its predictions are gone. */
  outputs(subject: Subject, split: SplitRef): Outputs | undefined {
    const preprocessing = JSON.stringify(split.normalization);
    const score = subjectScores(this.#database, [subject.key]).findLast(
      (one) => one.splitKey === split.key && one.preprocessing === preprocessing,
    );
    if (score === undefined) return undefined;
    const key = [subject.key, split.key, preprocessing, score.runtimeIdentity].join(' ');
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const logits = this.#logits(subject, split, score.runtimeIdentity);
    if (logits === undefined) return undefined;
    const outputs = { key, predictions: new Predictions(logits, this.#labelsOf(split)) };
    this.#kept.set(key, outputs);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return outputs;
  }

  /** @throws StockpotError `compare/no-predictions` */
  needed({ subject, label }: Compared, split: SplitRef): Outputs {
    const outputs = this.outputs(subject, split);
    if (outputs !== undefined) return outputs;
    throw new StockpotError({
      code: 'compare/no-predictions',
      what: 'There are no predictions of it on this set',
      where: label,
      remedy: 'Cook a run with this test set, or choose another set.',
    });
  }

  #logits(subject: Subject, split: SplitRef, runtimeIdentity: string): Float32Array | undefined {
    try {
      return this.#evaluations.kept(subject, split, runtimeIdentity);
    } catch (thrown) {
      if (thrown instanceof StockpotError && thrown.code === 'predictions/missing') return undefined;
      throw thrown;
    }
  }

  #labelsOf(ref: SplitRef): Int32Array {
    if (this.#labels?.key !== ref.key) {
      const split = openSplit(ref, 0);
      split.close();
      this.#labels = { key: ref.key, labels: split.labels };
    }
    return this.#labels.labels;
  }
}
