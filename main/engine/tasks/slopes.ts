import { buildArchitecture } from '../../architectures/build.ts';
import { initialWeights } from '../../architectures/initialize.ts';
import { openSplit } from '../../data/open-split.ts';
import type { Split } from '../../data/split.ts';
import type { DerivativeSession, Loss } from '../../runtimes/tfjs/derivative-session.ts';
import type { Dialogue } from '../engine.ts';
import type { SlopesAnswer, SlopesQuestion, SlopesResult, SlopesTask } from '../protocol.ts';
import { MixedWeights } from '../slopes/mixed-weights.ts';
import { FORWARD_BATCH, scoreRows } from '../slopes/score.ts';
import { BatchReader, checkSplitFits } from './feeds.ts';
import { trainingRuntimeFor } from './runtimes.ts';

/**
 * Answers how the loss of mixtures changes with their coefficients. What is in memory beside the ingredients that are kept is what one
 * training step of one network takes.
 * @throws StockpotError `engine/split-does-not-fit`, and as opening and mixing checkpoints, opening splits and runtimes does
 */
export async function serveSlopes(task: SlopesTask, { opened, questions, answer }: Dialogue): Promise<SlopesResult> {
  checkSplitFits(task.architecture, task.split);
  const architecture = buildArchitecture(task.architecture);
  const runtime = await trainingRuntimeFor(task.device);
  using rows = new Rows(task);
  const mixed = await MixedWeights.open(task);
  // Any values: the first question brings its own.
  const session = await runtime.openDerivatives(architecture.graph, initialWeights(architecture, 0));
  try {
    opened({ runtimeIdentity: runtime.identity });
    let answers = 0;
    for await (const question of questions) {
      mixed.mix(question.coefficients, new Set(session.weights.keys()), (name, values) =>
        session.setWeight(name, values),
      );
      answer(
        await (question.want === 'score' ? score(question, session, rows) : slopes(question, session, rows, mixed)),
      );
      answers += 1;
    }
    return { kind: 'slopes', answers };
  } finally {
    await session.dispose();
    mixed.close();
  }
}

async function slopes(
  { rows: wanted, coefficients, objective, logitScale }: SlopesQuestion,
  session: DerivativeSession,
  rows: Rows,
  mixed: MixedWeights,
): Promise<SlopesAnswer> {
  const sums = coefficients.map((row) => new Float64Array(row.length));
  const loss: Loss =
    objective === 'entropy'
      ? { kind: 'entropy' }
      : { kind: 'cross-entropy', labels: Int32Array.from(wanted, (row) => rows.split.labels[row]!) };
  const reader = rows.readerFor(wanted.length);
  const feeds = reader.feeds(reader.samples(wanted));
  const derivative = await session.differentiate(feeds, loss, logitScale, (name, gradient) =>
    mixed.addSlopes(name, gradient, sums),
  );
  return { want: 'slopes', ...derivative, slopes: sums.map((row) => [...row]) };
}

async function score(
  { rows: wanted, objective, logitScale }: SlopesQuestion,
  session: DerivativeSession,
  rows: Rows,
): Promise<SlopesAnswer> {
  const reader = rows.readerFor(Math.min(wanted.length, FORWARD_BATCH));
  return { want: 'score', ...(await scoreRows(session, { reader, split: rows.split }, wanted, objective, logitScale)) };
}

/** The task's split, with room for a batch of it. */
class Rows {
  readonly split: Split;
  readonly #task: SlopesTask;
  #reader: BatchReader;
  #room = 1;

  constructor(task: SlopesTask) {
    this.#task = task;
    this.split = openSplit(task.split);
    this.#reader = new BatchReader(this.split, task.architecture, this.#room);
  }

  readerFor(rows: number): BatchReader {
    if (rows > this.#room) {
      this.#room = rows;
      this.#reader = new BatchReader(this.split, this.#task.architecture, rows);
    }
    return this.#reader;
  }

  [Symbol.dispose](): void {
    this.split.close();
  }
}
