import { Group, Radio, SimpleGrid, Text } from '@mantine/core';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import classes from './kitchen.module.css';

interface RecipeCardsProps {
  readonly recipes: readonly RecipeCard[];
  readonly chosen: string;
  readonly disabled: boolean;
  readonly onChoose: (recipe: string) => void;
}

/** Every recipe there is, told in a sentence: which one is cooked. */
export function RecipeCards({ recipes, chosen, disabled, onChoose }: RecipeCardsProps) {
  const current = recipes.find(({ name }) => name === chosen);
  return (
    <>
      <Radio.Group value={chosen} onChange={onChoose} aria-label="Recipe" disabled={disabled}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          {recipes.map(({ name, title, description, needs }) => (
            <Radio.Card key={name} value={name} className={classes.card} aria-label={title} disabled={disabled}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator mt={2} />
                <div>
                  <Text fw={600} size="sm">
                    {title}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {description}
                  </Text>
                  <Text size="xs" c="dimmed" mt={4}>
                    {needsOf(needs)}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      {current !== undefined && (
        <Text size="xs" c="dimmed" mt="xs">
          Source: {current.source}
        </Text>
      )}
    </>
  );
}

function needsOf({ selection, minimumIngredients }: RecipeCard['needs']): string {
  const count = minimumIngredients === 1 ? 'any number of ingredients' : `at least ${minimumIngredients} ingredients`;
  return `Needs ${count}${selection ? ' and a selection split' : ''}`;
}
