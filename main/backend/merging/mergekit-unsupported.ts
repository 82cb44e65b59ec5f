import { StockpotError } from '../../errors.ts';
import type { YamlFile } from '../runs/yaml-document.ts';

/** Where something stands in a configuration, for messages. */
export type PlaceInConfig = (path: readonly PropertyKey[]) => string;

export function unsupported(key: string, what: string, where: string): StockpotError {
  return new StockpotError({
    code: 'mergekit/unsupported',
    what: `${key}: ${what}`,
    where,
    remedy: 'Stockpot merges models of one architecture, tensor by tensor.',
  });
}

/** Keys that stand for something that Stockpot does not do. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  modules: 'Models of several modules are not merged module by module here',
  experts: 'Mixtures of experts are not built here',
  gate_mode: 'Mixtures of experts are not built here',
  experts_per_token: 'Mixtures of experts are not built here',
};

/** @throws StockpotError `mergekit/unsupported` */
export function refuseUnsupported(file: YamlFile, placeOf: PlaceInConfig): void {
  const value = file.value as Readonly<Record<string, unknown>>;
  for (const [key, what] of Object.entries(UNSUPPORTED)) {
    if (key in value) throw unsupported(key, what, placeOf([key]));
  }
  const { tokenizer, tokenizer_source: source } = value as {
    tokenizer?: { source?: unknown; tokens?: unknown; pad_to_multiple_of?: unknown } | null;
    tokenizer_source?: unknown;
  };
  const surgery = 'Vocabularies are not put together here; the embeddings of all models must mean the same tokens';
  if (source === 'union') throw unsupported('tokenizer_source', surgery, placeOf(['tokenizer_source']));
  if (tokenizer?.source === 'union') throw unsupported('tokenizer.source', surgery, placeOf(['tokenizer', 'source']));
  for (const key of ['tokens', 'pad_to_multiple_of'] as const) {
    if (tokenizer?.[key] !== undefined && tokenizer[key] !== null) {
      throw unsupported(`tokenizer.${key}`, surgery, placeOf(['tokenizer', key]));
    }
  }
}
