import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload, IconFileText, IconRefresh, IconSoup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import type { RunDetails } from '../../../preload/contract/runs.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { Later } from '../../components/later.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { SectionTitle } from '../../components/section-title.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatMoment, formatSeconds } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { recipesQuestion } from '../kitchen/kitchen-questions.ts';
import { BlendSteps } from './blend-steps.tsx';
import { Coefficients } from './coefficients.tsx';
import { Evaluations } from './evaluations.tsx';
import { Exports } from './exports.tsx';
import { RecipeOfRun } from './recipe-of-run.tsx';
import { ReplayButton, ReplayOutcome, useReplay } from './replay.tsx';
import { Facts } from './run-facts.tsx';
import { runQuestion } from './run-questions.ts';
import { Trace } from './trace.tsx';
import { Verdict } from './verdict.tsx';

const route = getRouteApi('/projects/$projectId/runs/$runId');
const ExportDialog = lazy(() => import('./export-dialog.tsx'));
const ReportView = lazy(() => import('./report-view.tsx'));

const COLORS = {
  queued: 'gray',
  running: 'indigo',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

/** One cooking: what came out, how sure that is, and where it came from. */
export function RunPage() {
  const { projectId, runId } = route.useParams();
  const id = Number(runId);
  const query = useQuery({
    ...runQuestion(id),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? 1000 : false),
  });
  const recipes = useQuery(recipesQuestion());
  const run = query.data;
  if (run === undefined) {
    return (
      <Page help="run" title={`Run ${runId}`}>
        <QueryState query={query} what="the run">
          {() => null}
        </QueryState>
      </Page>
    );
  }
  return <Known run={run} projectId={projectId} title={titleOf(run, recipes.data?.recipes)} />;
}

interface KnownProps {
  readonly run: RunDetails;
  readonly projectId: string;
  readonly title: string;
}

function Known({ run, projectId, title }: KnownProps) {
  const { id } = run;
  const replay = useReplay(id);
  // What somebody has just asked for comes first; what was found earlier stands with the recipe.
  const isJustReplayed = replay.jobId !== undefined || replay.start.isError;
  return (
    <Page
      help="run"
      title={`${title}, run ${id}`}
      description={<Summary run={run} />}
      actions={<Actions projectId={projectId} run={run} replay={replay} />}
    >
      <Stack gap={36}>
        {isJustReplayed && <ReplayOutcome runId={id} replay={replay} />}
        {run.status === 'done' ? <Verdict runId={id} /> : <Unfinished projectId={projectId} run={run} />}
        {run.summary !== null && <Text>{run.summary}</Text>}
        {run.trace.length > 0 && (
          <section aria-labelledby="trace">
            <SectionTitle id="trace" help="trace" helpLabel="Help: trace">
              Trace
            </SectionTitle>
            <Trace trace={run.trace} />
          </section>
        )}
        <Later>
          {run.coefficients !== null && (
            <section aria-labelledby="coefficients">
              <Title order={2} id="coefficients" mb="xs">
                Coefficients
              </Title>
              <Coefficients
                table={{ ingredients: run.ingredients.map(({ name }) => name), groups: run.coefficients }}
              />
            </section>
          )}
          {run.blend !== null && (
            <section aria-labelledby="blend">
              <Title order={2} id="blend" mb="xs">
                How it was merged
              </Title>
              <BlendSteps steps={run.blend} />
            </section>
          )}
          {run.status === 'done' && <Evaluations runId={id} />}
          {run.status === 'done' && <Exports runId={id} />}
          <RecipeOfRun run={run} />
          {run.status === 'done' && !isJustReplayed && <ReplayOutcome runId={id} replay={replay} />}
          <Facts runId={id} />
        </Later>
      </Stack>
      <Dialogs runId={id} />
    </Page>
  );
}

function titleOf({ recipe }: RunDetails, recipes: readonly RecipeCard[] | undefined): string {
  return recipes?.find(({ name }) => name === recipe)?.title ?? recipe;
}

function isUnderWay(status: RunDetails['status'] | undefined): boolean {
  return status === 'queued' || status === 'running';
}

function Summary({ run }: { readonly run: RunDetails }) {
  return (
    <Group gap="sm">
      <StatusBadge color={COLORS[run.status]}>{run.status}</StatusBadge>
      <span>{formatMoment(run.startedAt ?? run.createdAt)}</span>
      {run.seconds !== null && <span>took {formatSeconds(run.seconds)}</span>}
      <span>{run.architecture}</span>
    </Group>
  );
}

interface ActionsProps {
  readonly projectId: string;
  readonly run: RunDetails;
  readonly replay: ReturnType<typeof useReplay>;
}

function Actions({ projectId, run, replay }: ActionsProps) {
  const isDone = run.status === 'done';
  return (
    <>
      {isDone && <ReplayButton runId={run.id} replay={replay} />}
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        renderRoot={(props) => (
          <Link to="/projects/$projectId/kitchen" params={{ projectId }} search={{ from: run.id }} {...props} />
        )}
      >
        Cook again with other settings…
      </Button>
      {isDone && (
        <Button
          variant="default"
          leftSection={<IconFileText size={16} />}
          renderRoot={(props) => (
            <Link
              from="/projects/$projectId/runs/$runId"
              to="."
              search={{ report: true }}
              resetScroll={false}
              {...props}
            />
          )}
        >
          Report
        </Button>
      )}
      {isDone && (
        <Button
          leftSection={<IconDownload size={16} />}
          renderRoot={(props) => (
            <Link
              from="/projects/$projectId/runs/$runId"
              to="."
              search={{ export: true }}
              resetScroll={false}
              {...props}
            />
          )}
        >
          Export
        </Button>
      )}
    </>
  );
}

function Dialogs({ runId }: { readonly runId: number }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const close = (): void => void navigate({ search: {}, resetScroll: false });
  return (
    <Suspense>
      {search.export === true && <ExportDialog runId={runId} onClose={close} />}
      {search.report === true && <ReportView runId={runId} onClose={close} />}
    </Suspense>
  );
}

/** Why there is no verdict, and the way on. */
function Unfinished({ projectId, run }: { readonly projectId: string; readonly run: RunDetails }) {
  const jobs = useQuery(service.jobs.list.queryOptions());
  const job = jobs.data?.filter(({ result }) => result?.kind === 'run' && result.runId === run.id).at(-1);
  const watch = job !== undefined && (
    <Button
      renderRoot={(props) => (
        <Link to="/projects/$projectId/kitchen" params={{ projectId }} search={{ job: job.id }} {...props} />
      )}
    >
      {isUnderWay(run.status) ? 'Watch it cook' : 'Open its job to resume'}
    </Button>
  );
  if (isUnderWay(run.status)) {
    return (
      <EmptyState compact icon={<IconSoup />} title="Still cooking" action={watch}>
        What has come out so far is below; the verdict follows when everything has been scored.
      </EmptyState>
    );
  }
  return (
    <>
      {run.error !== null && run.error.kind !== 'cancelled' && <ErrorState error={run.error} />}
      <EmptyState compact icon={<IconSoup />} title={`This run is ${run.status}`} action={watch}>
        Every score so far is kept. Cook it again with the same recipe and it continues from there.
      </EmptyState>
    </>
  );
}
