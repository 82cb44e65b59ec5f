import type { OnProgress } from '../../progress.ts';

/** What every long piece of the backend's work takes. */
export interface JobOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}
