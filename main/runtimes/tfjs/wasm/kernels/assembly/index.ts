export { normalizeBatch, normalizeBatchGradient } from './batch-normalization';
export { filterGradient } from './filter-gradient';
export { averagePoolGradient, maxPoolGradient } from './pooling';
export { rectifyGradient } from './rectify';
