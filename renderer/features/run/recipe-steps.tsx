import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import type { RunDetails } from '../../../preload/contract/runs.ts';
import classes from './recipe-steps.module.css';

interface RecipeStepsProps {
  readonly steps: RunDetails['steps'];
  /** Everything that may be a step, for its title. */
  readonly cards: readonly Pick<RecipeCard, 'name' | 'title' | 'description'>[];
}

/** The steps of a composed recipe, one after the other, each with what it was told. */
export function RecipeSteps({ steps, cards }: RecipeStepsProps) {
  return (
    <ol className={classes.steps} aria-label="Steps of the recipe">
      {steps.map(({ recipe, settings }, index) => {
        const title = cards.find(({ name }) => name === recipe)?.title ?? recipe;
        return (
          // They were cooked in this order, which is all that tells two of a kind apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} className={classes.step}>
            <h3 className={classes.title}>
              <span className={classes.number}>{index + 1}</span>
              {title}
            </h3>
            {settings.length === 0 ? (
              <p className={classes.nothing}>With its defaults</p>
            ) : (
              <dl className={classes.settings}>
                {settings.map(({ name, value }) => (
                  <div key={name} className={classes.setting}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        );
      })}
    </ol>
  );
}
