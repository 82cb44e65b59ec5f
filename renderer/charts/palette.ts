/** What a chart tells apart. The same subject has the same colour and the same mark wherever it is shown. */
export interface Subject {
  readonly kind: 'ingredient' | 'soup' | 'ensemble' | 'other';
  readonly label: string;
  /** Its fixed place among its kind: of an ingredient, in the project. */
  readonly ordinal: number;
}

/** Okabe and Ito's colours, which people with any kind of colour vision tell apart; the yellow is darkened for white paper. */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#e69f00', '#6a6f7a'] as const;

const FIRST_COLOR = { ingredient: 0, other: 0, soup: 1, ensemble: 3 } as const;
const MARKS = { ingredient: 'circle', soup: 'star', ensemble: 'diamond', other: 'circle' } as const;

export function colorOf({ kind, ordinal }: Subject): string {
  return COLORS[(FIRST_COLOR[kind] + ordinal) % COLORS.length]!;
}

export function markOf({ kind }: Subject): string {
  return MARKS[kind];
}

/** Bars have no marks: hatching keeps soups and ensembles apart from ingredients, and those beyond the colours there are. */
export function patternOf({ kind, ordinal }: Subject): '' | '/' | '\\' | 'x' | '.' {
  if (kind === 'soup') return '/';
  if (kind === 'ensemble') return 'x';
  return ordinal < COLORS.length ? '' : ordinal < 2 * COLORS.length ? '\\' : '.';
}
