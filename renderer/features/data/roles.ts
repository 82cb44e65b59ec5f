import type { SplitRow } from '../../../preload/contract/datasets.ts';

type Role = SplitRow['role'];

export const ROLES = ['train', 'selection', 'test'] as const satisfies readonly Role[];

export const ROLE_COLORS = { train: 'gray', selection: 'indigo', test: 'teal' } as const satisfies Record<Role, string>;

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  train: 'Ingredients learn from it, and BatchNorm statistics are estimated on it',
  selection: 'Held out from training; recipes look at it to choose and to weigh',
  test: 'Nothing ever looks at it before the soup is done; its scores are the honest ones',
};
