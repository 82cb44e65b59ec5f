import { Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { RecipeOutline } from '../../../preload/contract/kitchen.ts';
import { AddStep } from './add-step.tsx';
import classes from './chain.module.css';
import { stepsOf, withStepAdded, withStepMoved, withStepRemoved, withStepValue } from './chain-text.ts';
import { ingredientChoices } from './ingredient-choice.ts';
import { type Kitchen, stepChosen, withNamedTaken } from './recipe-choice.ts';
import type { Place, RecipeDraft } from './recipe-text.ts';
import { StepCard } from './step-card.tsx';
import type { KeptOptions } from './use-kept-options.ts';
import { useStepIds } from './use-step-ids.ts';

interface ChainEditorProps {
  /** The option that holds the steps. */
  readonly option: string;
  readonly draft: RecipeDraft;
  readonly kitchen: Kitchen;
  readonly outline: RecipeOutline | undefined;
  /** What the service says, by the place in the file. */
  readonly errors: ReadonlyMap<string, string>;
  readonly disabled: boolean;
  readonly kept: () => KeptOptions;
  readonly onEdit: (change: (text: string) => string) => void;
}

/** The steps of a composed recipe as cards: added, moved, removed, and each with its own options. */
export function ChainEditor(props: ChainEditorProps) {
  const { option, draft, kitchen, outline, errors, disabled, kept, onEdit } = props;
  const place: Place = ['options', option];
  const steps = stepsOf(draft.options[option]);
  const { ids, move, remove } = useStepIds(steps.length);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const adder = useRef<HTMLInputElement>(null);
  const focus = useFocusAfter();
  const cards = [...kitchen.steps, ...kitchen.recipes];
  const cardOf = (name: string) => cards.find((card) => card.name === name);
  const titleOf = (index: number): string => cardOf(steps[index]!.recipe)?.title ?? steps[index]!.recipe;
  const own = errors.get(place.join('.'));
  const moveTo = (from: number, to: number): void => {
    onEdit((text) => withStepMoved(text, place, from, to));
    move(from, to);
    setSaid(`${titleOf(from)} is step ${to + 1} of ${steps.length} now`);
    focus(() => buttonOf(list.current, to, to < from ? 'up' : 'down'));
  };
  const take = (index: number): void => {
    onEdit((text) => withStepRemoved(text, place, index));
    remove(index);
    setSaid(`${titleOf(index)} is removed`);
    focus(() => buttonOf(list.current, Math.min(index, steps.length - 2), 'remove') ?? adder.current);
  };
  const add = (name: string): void => {
    const { step, base } = stepChosen(name, draft, kitchen, kept());
    onEdit((text) => {
      const added = withStepAdded(text, place, step);
      return base === undefined ? added : withNamedTaken(added, base, kitchen.pantry, (taken) => taken);
    });
    setSaid(`${cardOf(name)?.title ?? name} is step ${steps.length + 1}`);
  };
  const put = (index: number, inner: Place, value: unknown, isIngredient: boolean): void =>
    onEdit((text) => {
      const written = (so: string, next: unknown): string => withStepValue(so, [...place, index], inner, next);
      if (!isIngredient || modelsOf(index).includes(String(value))) return written(text, value);
      return withNamedTaken(text, String(value), kitchen.pantry, written);
    });
  const modelsOf = (index: number): readonly string[] =>
    outline?.stages.find(({ field }) => field === [...place, index].join('.'))?.models ?? [];
  return (
    <>
      {steps.length === 0 && (
        <Text size="sm" c="dimmed" mb="sm">
          No step yet. Each goes on with what the one before has made; the last one leaves a single model.
        </Text>
      )}
      <ol ref={list} className={classes.steps} aria-label="Steps of the chain">
        {steps.map((step, index) => (
          <StepCard
            key={ids[index]}
            index={index}
            count={steps.length}
            step={step}
            card={cardOf(step.recipe)}
            isRecipe={kitchen.recipes.some(({ name }) => name === step.recipe)}
            field={[...place, index].join('.')}
            models={modelsOf(index)}
            ingredients={ingredientChoices(draft.ingredients, kitchen.pantry)}
            outline={outline}
            errors={errors}
            disabled={disabled}
            onMove={(to) => moveTo(index, to)}
            onRemove={() => take(index)}
            onChange={(inner, value, isIngredient) => put(index, inner, value, isIngredient)}
          />
        ))}
      </ol>
      <AddStep
        steps={kitchen.steps}
        recipes={kitchen.recipes.filter(({ name }) => name !== draft.recipe)}
        disabled={disabled}
        field={adder}
        onAdd={add}
      />
      {own !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" mt={6} role="alert">
          {own}
        </Text>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

/** Focuses what is to be found once the page shows the change that was asked for together with this. */
function useFocusAfter(): (find: () => HTMLElement | null | undefined) => void {
  const [wanted, setWanted] = useState<{ readonly find: () => HTMLElement | null | undefined }>();
  useEffect(() => wanted?.find()?.focus(), [wanted]);
  return (find) => setWanted({ find });
}

/** A button of a step's card; where a step can't go further that way, the one for the other way. */
function buttonOf(list: HTMLElement | null, index: number, action: 'up' | 'down' | 'remove'): HTMLElement | null {
  const button = (kind: string): HTMLButtonElement | null | undefined =>
    list?.children[index]?.querySelector<HTMLButtonElement>(`button[data-action="${kind}"]`);
  const wanted = button(action);
  const other = action === 'up' ? 'down' : 'up';
  return (wanted?.disabled === true ? button(other) : wanted) ?? null;
}
