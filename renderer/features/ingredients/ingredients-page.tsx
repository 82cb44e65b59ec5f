import { Button, Group } from '@mantine/core';
import { IconBarbell, IconCarrot, IconFileImport, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useMemo } from 'react';
import type { IngredientRow } from '../../../preload/contract/ingredients.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { forgetIncomingFiles, useIncomingFiles } from '../../lib/incoming-files.ts';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { choiceOf, textOfChoice } from './choice.ts';
import { IngredientBar } from './ingredient-bar.tsx';
import { columnsOf, matches } from './ingredient-columns.ts';
import { IngredientList } from './ingredient-list.tsx';
import { type IngredientsSearch, listOf, sortingOf, textOfSorting } from './ingredients-search.ts';
import { IngredientsToolbar } from './ingredients-toolbar.tsx';
import { LineageView } from './lineage-view.tsx';
import { useScores, withScores } from './scored-ingredient.ts';

const ImportDialog = lazy(() => import('./import-dialog.tsx'));
const TrainDialog = lazy(() => import('./train-dialog.tsx'));
const IngredientDrawer = lazy(() => import('./ingredient-drawer.tsx'));
const route = getRouteApi('/projects/$projectId/ingredients');

/** What of the address is to change; `undefined` takes a part out of it. */
export type ShowIngredients = (
  change: { readonly [Key in keyof IngredientsSearch]?: IngredientsSearch[Key] | undefined },
) => void;

/** A project's checkpoints: brought in, trained, compared, looked into. The address holds what is shown. */
export function IngredientsPage() {
  const projectId = Number(route.useParams().projectId);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(service.ingredients.list.queryOptions({ input: { projectId } }));
  const show: ShowIngredients = useCallback(
    (change) => {
      void navigate({ replace: true, search: (before) => withoutGaps({ ...before, ...change }) });
    },
    [navigate],
  );
  const incoming = useIncomingFiles();
  const actions = (
    <>
      <Button variant="default" leftSection={<IconBarbell size={16} />} onClick={() => show({ dialog: 'train' })}>
        Train…
      </Button>
      <Button leftSection={<IconFileImport size={16} />} onClick={() => show({ dialog: 'import' })}>
        Import…
      </Button>
    </>
  );
  const close = (): void => {
    forgetIncomingFiles();
    show({ dialog: undefined, job: undefined });
  };
  return (
    <Page
      help="ingredients"
      title="Ingredients"
      description="Checkpoints of one architecture: what soups are made of."
      actions={actions}
    >
      <QueryState query={query} what="ingredients">
        {(ingredients) => (
          <Found projectId={projectId} ingredients={ingredients} search={search} show={show} actions={actions} />
        )}
      </QueryState>
      <Suspense>
        {search.dialog === 'import' && <ImportDialog projectId={projectId} incoming={incoming} onClose={close} />}
        {search.dialog === 'train' && (
          <TrainDialog projectId={projectId} job={search.job} onJob={(job) => show({ job })} onClose={close} />
        )}
        {search.open !== undefined && (
          <IngredientDrawer
            id={search.open}
            ingredients={query.data ?? []}
            onOpen={(open) => show({ open })}
            onClose={() => show({ open: undefined })}
          />
        )}
      </Suspense>
    </Page>
  );
}

function withoutGaps(search: Readonly<Record<string, unknown>>): IngredientsSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}

interface FoundProps {
  readonly projectId: number;
  readonly ingredients: readonly IngredientRow[];
  readonly search: IngredientsSearch;
  readonly show: ShowIngredients;
  readonly actions: ReactNode;
}

function Found({ projectId, ingredients: listed, search, show, actions }: FoundProps) {
  const scores = useScores(projectId);
  const ingredients = useMemo(() => withScores(listed, scores), [listed, scores]);
  const metrics = useMetrics();
  const columns = useMemo(() => columnsOf(ingredients, metrics), [ingredients, metrics]);
  const sorting = useMemo(() => sortingOf(search.sort), [search.sort]);
  const { q = '', origin, tag } = search;
  const found = useMemo(
    () =>
      ingredients.filter(
        (ingredient) =>
          matches(ingredient, q) &&
          (origin === undefined || ingredient.origin === origin) &&
          (tag === undefined || ingredient.tags.includes(tag)),
      ),
    [ingredients, q, origin, tag],
  );
  const choice = useMemo(() => choiceOf(search.selected), [search.selected]);
  const chosen = ingredients.filter(({ id }) => choice.has(id));
  const wanted = listOf(search.columns);
  const shown = columns.filter(({ id, byDefault }) =>
    wanted.length === 0 ? byDefault : id === 'name' || wanted.includes(id),
  );
  if (ingredients.length === 0) {
    return (
      <EmptyState icon={<IconCarrot />} title="No ingredients yet" action={<Group justify="center">{actions}</Group>}>
        Bring in checkpoints of one architecture (.safetensors, .pt, .pth, .bin); what does not fit is named before
        anything is stored. Or train some here, from this project’s data.
      </EmptyState>
    );
  }
  return (
    <>
      <IngredientsToolbar ingredients={ingredients} columns={columns} shown={shown} search={search} show={show} />
      {found.length === 0 ? (
        <EmptyState
          icon={<IconSearch />}
          title="Nothing found"
          action={
            <Button variant="default" onClick={() => show({ q: undefined, origin: undefined, tag: undefined })}>
              Show all {formatNumberOf(ingredients.length, 'ingredient')}
            </Button>
          }
        >
          No ingredient has all of that.
        </EmptyState>
      ) : search.view === 'lineage' ? (
        <LineageView ingredients={found} onOpen={(open) => show({ open })} />
      ) : (
        <IngredientList
          ingredients={found}
          columns={shown}
          sorting={sorting}
          onSorting={(next) => show({ sort: textOfSorting(next) })}
          open={search.open}
          onOpen={(open) => show({ open })}
          choice={choice}
          onChoice={(next) => show({ selected: textOfChoice(next) })}
        />
      )}
      {chosen.length > 0 && <IngredientBar chosen={chosen} onClear={() => show({ selected: undefined })} />}
    </>
  );
}
