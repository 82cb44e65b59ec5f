import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { memo, useId, useLayoutEffect, useMemo, useRef } from 'react';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import { formatNumberOf } from '../../lib/format.ts';
import classes from './recipe-cards.module.css';
import { found, grouped, needsOf } from './recipe-list.ts';

interface RecipeCardsProps {
  readonly recipes: readonly RecipeCard[];
  readonly chosen: string;
  /** Words that a recipe has to say. */
  readonly wanted: string;
  readonly disabled: boolean;
  readonly onWant: (words: string) => void;
  readonly onChoose: (recipe: string) => void;
}

/** Every recipe there is, by what it needs, or those that say what is looked for: which one is cooked. */
export const RecipeCards = memo(function RecipeCards(props: RecipeCardsProps) {
  const { recipes, chosen, wanted, disabled, onWant, onChoose } = props;
  const matching = useMemo(() => found(recipes, wanted), [recipes, wanted]);
  const isSearching = wanted.trim() !== '';
  const current = recipes.find(({ name }) => name === chosen);
  const list = useRef<HTMLDivElement>(null);
  const name = useId();
  useLayoutEffect(() => showWithin(list.current, chosen), [chosen]);
  const cards = (some: readonly RecipeCard[]) => (
    <ul className={classes.cards}>
      {some.map((recipe) => (
        <Card key={recipe.name} group={name} isChosen={recipe.name === chosen} {...{ recipe, disabled, onChoose }} />
      ))}
    </ul>
  );
  return (
    <>
      <div className={classes.head}>
        <p className={classes.chosen}>
          {current === undefined ? 'None chosen' : 'Chosen: '}
          <strong>{current?.title}</strong>
        </p>
        <TextInput
          type="search"
          data-search
          aria-label="Find a recipe"
          placeholder={`Find among ${recipes.length} recipes`}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={wanted}
          onChange={(event) => onWant(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = matching;
            if (event.key === 'Escape') onWant('');
            if (event.key === 'Enter' && isSearching && first !== undefined && !disabled) onChoose(first.name);
          }}
        />
      </div>
      <div ref={list} className={classes.list} role="radiogroup" aria-label="Recipe">
        {isSearching
          ? cards(matching)
          : grouped(recipes).map(({ title, families }) => (
              <section key={title} aria-label={title}>
                <h3 className={classes.needs}>{title}</h3>
                {families.map((family) => (
                  <div key={family.title}>
                    <h4 className={classes.family}>{family.title}</h4>
                    {cards(family.recipes)}
                  </div>
                ))}
              </section>
            ))}
        {matching.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            No recipe says “{wanted}”.
          </Text>
        )}
      </div>
      <p className={classes.count} role="status">
        {isSearching && matching.length > 0 && `${formatNumberOf(matching.length, 'recipe')}; Enter takes the first.`}
      </p>
    </>
  );
});

interface CardProps {
  readonly recipe: RecipeCard;
  readonly group: string;
  readonly isChosen: boolean;
  readonly disabled: boolean;
  readonly onChoose: (recipe: string) => void;
}

/** Plain elements: there are dozens of them, and the page is drawn with every key that is pressed in it. */
const Card = memo(function Card({ recipe, group, isChosen, disabled, onChoose }: CardProps) {
  const { name, title, description, chooseWhen, needs, source } = recipe;
  const facts = `${group}-${name}`;
  return (
    <li className={classes.item}>
      <label className={classes.card} data-checked={isChosen || undefined} data-recipe={name}>
        <input
          type="radio"
          name={group}
          value={name}
          aria-label={title}
          aria-describedby={facts}
          checked={isChosen}
          disabled={disabled}
          onChange={() => onChoose(name)}
        />
        <span id={facts} className={classes.facts}>
          <span className={classes.title} aria-hidden>
            {title}
          </span>
          <span>{description}</span>
          {chooseWhen !== '' && (
            <span className={classes.fact}>
              <b>When:</b> {chooseWhen}
            </span>
          )}
          <span className={classes.fact}>{needsOf(needs)}</span>
          <span className={classes.source}>{source}</span>
        </span>
      </label>
    </li>
  );
});

/** Scrolls the list, and not the page, to the chosen card where that is out of sight. */
function showWithin(list: HTMLElement | null, recipe: string): void {
  const card = list?.querySelector<HTMLElement>(`[data-recipe="${CSS.escape(recipe)}"]`);
  if (list === null || card === undefined || card === null) return;
  const [outer, inner] = [list.getBoundingClientRect(), card.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    list.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
  }
}
