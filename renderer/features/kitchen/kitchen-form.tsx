import { Alert, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconCarrot, IconSoup } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Later } from '../../components/later.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { type client, service } from '../../lib/service.ts';
import { PresetCards } from '../presets/preset-cards.tsx';
import { SweepDialog } from '../sweeps/sweep-dialog.tsx';
import { SweepList } from '../sweeps/sweep-list.tsx';
import { ChainEditor } from './chain-editor.tsx';
import { DataPicker } from './data-picker.tsx';
import { deviceChoices } from './device-choices.ts';
import { EstimatePanel } from './estimate-panel.tsx';
import { fieldErrors } from './field-errors.ts';
import { ingredientChoices, nameOf } from './ingredient-choice.ts';
import { IngredientPicker } from './ingredient-picker.tsx';
import classes from './kitchen.module.css';
import { optionFields } from './option-fields.ts';
import { OptionsForm } from './options-form.tsx';
import { withPreset } from './preset-text.ts';
import { RecipeCards } from './recipe-cards.tsx';
import { withNamedTaken, withRecipeChosen } from './recipe-choice.ts';
import { RecipeEditor } from './recipe-editor.tsx';
import { type Place, withIngredients, withScope, withValue } from './recipe-text.ts';
import { ScopeFields } from './scope-fields.tsx';
import { useKeptOptions } from './use-kept-options.ts';
import { useKeptText } from './use-kept-text.ts';
import { useRecipe } from './use-recipe.ts';

const route = getRouteApi('/projects/$projectId/kitchen');

interface KitchenFormProps {
  readonly projectId: number;
  readonly recipes: Awaited<ReturnType<typeof client.kitchen.recipes>>;
  readonly pantry: Awaited<ReturnType<typeof client.kitchen.pantry>>;
  readonly initialText: string;
}

/** A recipe as a form and as a file, side by side. The file is what is kept; the form reads it and writes into it. */
export function KitchenForm({ projectId, recipes: known, pantry, initialText }: KitchenFormProps) {
  const { recipes, settings } = known;
  const { q = '', find = '', from, soup, sweep, point } = route.useSearch();
  const origin = sweep === undefined ? (from ?? soup ?? 'new') : `sweep ${sweep}.${point}`;
  const key = `kitchen ${projectId} ${origin}`;
  const [text, setText] = useKeptText(key, initialText);
  const recipeAtHand = useRecipe(projectId, text);
  const { draft, isBroken, findings, errors, outline, estimate, isChecking, checkError } = recipeAtHand;
  const kept = useKeptOptions(`${key} options`, draft);
  const kitchen = useMemo(
    () => ({ recipes, steps: known.steps, pantry: pantry.ingredients, metric: pantry.metric }),
    [recipes, known, pantry],
  );
  const devices = useQuery(
    service.system.devices.queryOptions({ input: {}, staleTime: Number.POSITIVE_INFINITY, enabled: estimate !== null }),
  );
  const navigate = route.useNavigate();
  const cook = useMutation(
    service.kitchen.cook.mutationOptions({
      onSuccess: ({ jobId }) => void navigate({ search: (search) => ({ ...search, job: jobId }) }),
    }),
  );
  const isReady = findings.length === 0 && !isChecking && estimate !== null;
  const start = (): void => {
    if (isReady && !cook.isPending) cook.mutate({ projectId, text });
  };
  const startOver = (): void => {
    kept.forget();
    setText(initialText);
  };
  useHotkeys([['mod+Enter', start]], []);
  const set = (place: Place, value: unknown): void => setText((current) => withValue(current, place, value));
  const recipe = recipes.find(({ name }) => name === draft?.recipe);
  const all = useMemo(() => (recipe === undefined ? [] : optionFields(recipe.options)), [recipe]);
  const steps = all.find(({ kind }) => kind === 'steps');
  const fields = all.filter((field) => field !== steps);
  const bases = fields.filter(({ kind }) => kind === 'ingredient');
  const names = (draft?.ingredients ?? []).map(nameOf);
  const setOption = (place: Place, value: unknown): void => {
    const isBase = place.length === 1 && bases.some(({ name }) => name === place[0]);
    const written = (text: string, next: unknown): string => withValue(text, ['options', ...place], next);
    setText((current) =>
      isBase && value !== undefined
        ? withNamedTaken(current, String(value), pantry.ingredients, written)
        : written(current, value),
    );
  };
  const choose = useCallback(
    (name: string) => {
      const last = kept.all();
      setText((current) => withRecipeChosen(current, name, kitchen, last));
    },
    [setText, kitchen, kept],
  );
  const want = useCallback(
    (words: string) =>
      void navigate({
        search: ({ find: _, ...rest }) => ({ ...rest, ...(words === '' ? {} : { find: words }) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  // A recipe that came with a soup names its own, which cooking brings into the project.
  const isEmpty = pantry.ingredients.length === 0 && !isBroken && (draft?.ingredients ?? []).length === 0;
  if (isEmpty) return <NoIngredients projectId={projectId} />;
  return (
    <div className={classes.columns}>
      <Stack
        gap="xl"
        component="fieldset"
        style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
        aria-label="Recipe"
      >
        {isBroken && (
          <Alert color="yellow" icon={<IconAlertTriangle />} title="The recipe file cannot be read at present">
            Mend it where it says so; then the form goes on.
          </Alert>
        )}
        <Section title="Recipe">
          <PresetCards
            recipes={recipes}
            text={text}
            wanted={find}
            disabled={isBroken}
            onApply={(preset) => setText((current) => withPreset(current, preset.text, kitchen))}
          />
          <RecipeCards
            recipes={recipes}
            chosen={draft?.recipe ?? ''}
            wanted={find}
            disabled={isBroken}
            onWant={want}
            onChoose={choose}
          />
          <FieldError message={errors.get('recipe') ?? errors.get('options')} />
        </Section>
        {steps !== undefined && draft !== undefined && (
          <Section title="Steps">
            <ChainEditor
              option={steps.name}
              {...{ draft, kitchen, outline, errors }}
              disabled={isBroken}
              kept={kept.all}
              onEdit={setText}
            />
          </Section>
        )}
        {fields.length > 0 && draft !== undefined && (
          <Section title="Options">
            <OptionsForm
              key={recipe?.name}
              fields={fields}
              values={draft.options}
              errors={fieldErrors(errors, 'options')}
              disabled={isBroken}
              ingredients={names}
              choices={
                new Map(bases.map(({ name }) => [name, ingredientChoices(draft.ingredients, pantry.ingredients)]))
              }
              onChange={setOption}
            />
          </Section>
        )}
        {draft !== undefined && (
          <Later>
            <Section title="Ingredients">
              <IngredientPicker
                pantry={pantry.ingredients}
                chosen={draft.ingredients}
                filter={q}
                disabled={isBroken}
                onFilter={(next) =>
                  void navigate({
                    search: ({ q: _, ...rest }) => ({ ...rest, ...(next === '' ? {} : { q: next }) }),
                    replace: true,
                    resetScroll: false,
                  })
                }
                onChange={(chosen) => setText((current) => withIngredients(current, chosen))}
              />
              <FieldError message={errors.get('ingredients')} />
            </Section>
            <Section title="Scope">
              <ScopeFields
                scope={draft.scope}
                view={outline?.scopes.find(({ field }) => field === 'scope')}
                tensors={outline?.tensors ?? []}
                sources={names.map((name) => ({ value: name, label: name, explanation: '', disabled: false }))}
                otherwise={typeof draft.options.base === 'string' ? draft.options.base : names[0]}
                errors={fieldErrors(errors, 'scope')}
                whole={errors.get('scope')}
                disabled={isBroken}
                onChange={(scope) => setText((current) => withScope(current, scope))}
              />
            </Section>
            <Section title="Data">
              <DataPicker splits={pantry.splits} chosen={draft.splits} disabled={isBroken} onChange={set} />
            </Section>
            <Section title="Settings">
              <OptionsForm
                fields={optionFields(settings)}
                values={{ ...draft }}
                errors={fieldErrors(errors)}
                disabled={isBroken}
                choices={new Map([['device', deviceChoices(devices.data, draft.runtime)]])}
                onChange={set}
              />
            </Section>
          </Later>
        )}
      </Stack>
      <Stack gap="lg" className={classes.aside}>
        <section aria-label="Cost">
          <EstimatePanel estimate={estimate} />
          {checkError !== null && checkError !== undefined && <ErrorState error={errorFactsOf(checkError)} />}
          <Group mt="sm" gap="xs">
            <Tooltip label="Ctrl or ⌘ + Enter">
              <Button
                size="md"
                leftSection={<IconSoup size={18} />}
                disabled={!isReady}
                loading={cook.isPending}
                onClick={start}
              >
                Cook
              </Button>
            </Tooltip>
            <SweepDialog
              projectId={projectId}
              text={text}
              disabled={isBroken || draft?.splits.selection === undefined}
              onStarted={(id) => void navigate({ search: ({ point: _, ...search }) => ({ ...search, sweep: id }) })}
            />
            {text !== initialText && (
              <Button size="md" variant="subtle" onClick={startOver}>
                Start over
              </Button>
            )}
          </Group>
          {cook.isError && <ErrorState error={errorFactsOf(cook.error)} />}
        </section>
        <RecipeEditor text={text} findings={findings} checking={isChecking} onChange={setText} />
        <SweepList projectId={projectId} />
      </Stack>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function FieldError({ message }: { readonly message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" mt={6} role="alert">
      {message}
    </Text>
  );
}

function NoIngredients({ projectId }: { readonly projectId: number }) {
  const params = { projectId: String(projectId) };
  return (
    <EmptyState
      icon={<IconCarrot />}
      title="A soup needs ingredients"
      action={
        <Button
          renderRoot={(props) => <Link to="/projects/$projectId/ingredients" params={params} search={{}} {...props} />}
        >
          Add ingredients
        </Button>
      }
    >
      Import fine-tuned checkpoints of one architecture, or train some here. Then choose a recipe for them.
    </EmptyState>
  );
}
