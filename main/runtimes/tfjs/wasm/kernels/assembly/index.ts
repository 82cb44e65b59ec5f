export { normalizeBatch, normalizeBatchGradient, normalizeByStatistics, normalizeByStatisticsGradient } from './batch-normalization';
export { filterGradient } from './filter-gradient';
export { padImages } from './padding';
export { averagePoolGradient, maxPoolGradient } from './pooling';
export { rectifyGradient } from './rectify';
