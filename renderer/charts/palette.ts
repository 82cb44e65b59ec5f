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

/** Beyond the colours there are, hatching keeps bars apart. */
export function patternOf({ ordinal }: Subject): '' | '/' | '\\' | 'x' {
  const round = Math.floor(ordinal / COLORS.length);
  return (['', '/', '\\', 'x'] as const)[Math.min(round, 3)]!;
}
