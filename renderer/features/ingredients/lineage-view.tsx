import { Text } from '@mantine/core';
import { formatShare } from './ingredient-columns.ts';
import classes from './ingredients.module.css';
import { type LineageNode, lineageOf } from './lineage.ts';
import type { ScoredIngredient } from './scored-ingredient.ts';

interface LineageViewProps {
  readonly ingredients: readonly ScoredIngredient[];
  readonly onOpen: (id: number) => void;
}

/** Who was fine-tuned from whom, and what it brought on the split that recipes look at. */
export function LineageView({ ingredients, onOpen }: LineageViewProps) {
  return (
    <ul className={classes.lineage} aria-label="Lineage">
      {lineageOf(ingredients).map((node) => (
        <Descendant key={node.subject.id} node={node} base={undefined} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface DescendantProps {
  readonly node: LineageNode<ScoredIngredient>;
  readonly base: ScoredIngredient | undefined;
  readonly onOpen: (id: number) => void;
}

function Descendant({ node: { subject, children }, base, onOpen }: DescendantProps) {
  return (
    <li>
      <div className={classes.descendant}>
        <button type="button" className={classes.name} onClick={() => onOpen(subject.id)}>
          {subject.name}
        </button>
        <Text size="sm" c="dimmed" className="numeric">
          {describe(subject, base)}
        </Text>
      </div>
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <Descendant key={child.subject.id} node={child} base={subject} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </li>
  );
}

function describe(subject: ScoredIngredient, base: ScoredIngredient | undefined): string {
  const origin = subject.origin === 'imported' ? 'imported' : base === undefined ? 'trained here' : 'fine-tuned here';
  const own = selectionScore(subject);
  if (own === undefined) return origin;
  const before = base === undefined ? undefined : selectionScore(base);
  const change = before === undefined ? '' : ` (${signed(100 * (own - before))} points)`;
  return `${origin} · ${formatShare(own)} on selection${change}`;
}

function selectionScore({ scores }: ScoredIngredient): number | undefined {
  return scores.find(({ role }) => role === 'selection')?.score.accuracy;
}

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
}
