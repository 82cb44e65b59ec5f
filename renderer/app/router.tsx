import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { ErrorState } from '../components/error-state.tsx';
import { LoadingState } from '../components/loading-state.tsx';
import { NotFound } from '../components/not-found.tsx';
import { beginComparison } from '../features/compare/compare-questions.ts';
import { validateCompareSearch } from '../features/compare/compare-search.ts';
import { beginData } from '../features/data/data-questions.ts';
import { validateDataSearch } from '../features/data/data-search.ts';
import { validateIngredientsSearch } from '../features/ingredients/ingredients-search.ts';
import { beginKitchen } from '../features/kitchen/kitchen-questions.ts';
import { validateKitchenSearch } from '../features/kitchen/kitchen-search.ts';
import { validateOriginSearch } from '../features/origin/origin-search.ts';
import { beginOverview } from '../features/overview/overview-questions.ts';
import { ProjectsPage } from '../features/projects/projects-page.tsx';
import { beginRun } from '../features/run/run-questions.ts';
import { validateRunSearch } from '../features/run/run-search.ts';
import { validateRunsSearch } from '../features/runs/runs-search.ts';
import { noteNavigation } from '../lib/arrival.ts';
import { errorFactsOf } from '../lib/error-facts.ts';
import { queryClient } from '../lib/service.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell });

/** What the list of projects shows; in the address, so that a view can be kept as a bookmark. */
interface ProjectsSearch {
  readonly q?: string;
  readonly archived?: true;
  readonly new?: true;
  readonly import?: true;
}

/**
 * What a page begins with is asked for as soon as somebody is on the way to it: points at the link, or has gone there already. Nobody
 * waits for it but the page itself, which tells what fails.
 */
function begin(asking: Promise<void>): void {
  asking.catch(() => {});
}

const projects = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>): ProjectsSearch => ({
    ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
    ...(search.archived === true ? { archived: true } : {}),
    ...(search.new === true ? { new: true } : {}),
    ...(search.import === true ? { import: true } : {}),
  }),
  // Where one arrives: it comes with the application itself, not after it.
  component: ProjectsPage,
});

const project = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId',
  validateSearch: (search: Record<string, unknown>): { readonly dialog?: 'edit' | 'export' } =>
    search.dialog === 'edit' || search.dialog === 'export' ? { dialog: search.dialog } : {},
  loader: ({ params }) => begin(beginOverview(Number(params.projectId))),
  component: lazyRouteComponent(() => import('../features/projects/project-page.tsx'), 'ProjectPage'),
});

const ingredients = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/ingredients',
  validateSearch: validateIngredientsSearch,
  component: lazyRouteComponent(() => import('../features/ingredients/ingredients-page.tsx'), 'IngredientsPage'),
});

const data = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/data',
  validateSearch: validateDataSearch,
  loader: ({ params, location, cause }) =>
    begin(beginData(Number(params.projectId), validateDataSearch(location.search), cause !== 'preload')),
  component: lazyRouteComponent(() => import('../features/data/data-page.tsx'), 'DataPage'),
});

const kitchen = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/kitchen',
  validateSearch: validateKitchenSearch,
  loader: ({ params, location }) =>
    begin(beginKitchen(Number(params.projectId), validateKitchenSearch(location.search))),
  component: lazyRouteComponent(() => import('../features/kitchen/kitchen-page.tsx'), 'KitchenPage'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/runs/$runId',
  validateSearch: validateRunSearch,
  loader: ({ params, cause }) => begin(beginRun(Number(params.runId), cause !== 'preload')),
  component: lazyRouteComponent(() => import('../features/run/run-page.tsx'), 'RunPage'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/runs',
  validateSearch: validateRunsSearch,
  component: lazyRouteComponent(() => import('../features/runs/runs-page.tsx'), 'RunsPage'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/compare',
  validateSearch: validateCompareSearch,
  loader: ({ params, location, cause }) =>
    begin(beginComparison(Number(params.projectId), validateCompareSearch(location.search), cause !== 'preload')),
  component: lazyRouteComponent(() => import('../features/compare/compare-page.tsx'), 'ComparePage'),
});

const origin = createRoute({
  getParentRoute: () => root,
  path: '/origin',
  validateSearch: validateOriginSearch,
  component: lazyRouteComponent(() => import('../features/origin/origin-page.tsx'), 'OriginPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/system/settings-page.tsx'), 'SettingsPage'),
});

const pages = [projects, project, ingredients, data, kitchen, runs, run, compare, origin, settings] as const;

export const router = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: 'intent',
  // Whoever comes asks again: the answers are kept elsewhere.
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: () => <LoadingState what="the page" />,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={errorFactsOf(error)} retry={reset} />,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

router.history.subscribe(({ action }) => noteNavigation(action.type));

/** After the first page is there and has been quiet for so long, so that nothing is fetched at its expense. */
const QUIET_MILLISECONDS = 1000;

/**
 * Fetches the code of every other page, and what draws charts, so that changing pages does not wait for it: once the first page has
 * all it asked for, one after another, whenever nothing else is going on.
 */
export function preloadPages(): void {
  const waiting: (() => unknown)[] = [
    ...pages.map((route) => () => router.loadRouteChunk(route)),
    () => import('../charts/plot.tsx'),
  ];
  const next = async (): Promise<void> => {
    await waiting.shift()?.();
    if (waiting.length > 0) requestIdleCallback(next);
  };
  const whenQuiet = (): void => {
    if (router.state.status === 'pending' || queryClient.isFetching() > 0) setTimeout(whenQuiet, QUIET_MILLISECONDS);
    else requestIdleCallback(next);
  };
  setTimeout(whenQuiet, QUIET_MILLISECONDS);
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
