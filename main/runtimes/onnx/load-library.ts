import { StockpotError } from '../../errors.ts';

export type OnnxLibrary = typeof import('onnxruntime-node');

/**
 * The native library, loaded on first use so that a machine without a build of it can still say so.
 * @throws StockpotError `runtime/unavailable`
 */
export async function loadOnnxLibrary(): Promise<OnnxLibrary> {
  try {
    const library = await import('onnxruntime-node');
    // What goes wrong is thrown as well; the log would only repeat it on the terminal.
    library.env.logLevel = 'fatal';
    return library;
  } catch (cause) {
    throw new StockpotError({
      code: 'runtime/unavailable',
      kind: 'failure',
      what: `ONNX Runtime could not be loaded on ${process.platform}-${process.arch}`,
      remedy: 'Run npm ci again; without it, use the tfjs runtime',
      cause,
    });
  }
}
