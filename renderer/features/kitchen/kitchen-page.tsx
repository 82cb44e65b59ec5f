import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { SweepView } from '../sweeps/sweep-view.tsx';
import { Cooking } from './cooking.tsx';
import { KitchenForm } from './kitchen-form.tsx';
import { draftQuestion, pantryQuestion, recipesQuestion } from './kitchen-questions.ts';

const LOOK_AGAIN_MILLISECONDS = 400;

const route = getRouteApi('/projects/$projectId/kitchen');

/** Where soups are made: choose, see what it costs, cook, watch. */
export function KitchenPage() {
  const projectId = Number(route.useParams().projectId);
  const { job: jobId, from, soup, sweep, point } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page help="kitchen" title="Kitchen" description={<Description projectId={projectId} from={from} soup={soup} />}>
      {jobId !== undefined ? (
        <Watching jobId={jobId} onBack={() => void navigate({ search: ({ job: _, ...rest }) => rest })} />
      ) : sweep !== undefined && point === undefined ? (
        <SweepView key={sweep} projectId={projectId} sweepId={sweep} />
      ) : (
        <Drafting key={sweep === undefined ? (from ?? soup ?? 'new') : `${sweep}.${point}`} projectId={projectId} />
      )}
    </Page>
  );
}

interface DescriptionProps {
  readonly projectId: number;
  readonly from: number | undefined;
  readonly soup: string | undefined;
}

function Description({ projectId, from, soup }: DescriptionProps) {
  if (soup !== undefined) {
    const name = soup.split(/[\\/]/).at(-1);
    return (
      <>
        The recipe of{' '}
        <Anchor
          inherit
          renderRoot={(props) => <Link to="/origin" search={{ file: soup, project: projectId }} {...props} />}
        >
          {name}
        </Anchor>
        . Change what you like, then cook it again.
      </>
    );
  }
  if (from === undefined) return 'Choose a recipe and what goes in, see what it will cost, and cook it.';
  const params = { projectId: String(projectId), runId: String(from) };
  return (
    <>
      The recipe of{' '}
      <Anchor inherit renderRoot={(props) => <Link to="/projects/$projectId/runs/$runId" params={params} {...props} />}>
        run {from}
      </Anchor>
      . Change what you like, then cook it again.
    </>
  );
}

function Watching({ jobId, onBack }: { readonly jobId: number; readonly onBack: () => void }) {
  const query = useQuery(
    service.jobs.get.queryOptions({
      input: { id: jobId },
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.finishedAt == null ? LOOK_AGAIN_MILLISECONDS : false),
    }),
  );
  return (
    <>
      <QueryState query={query} what="the job">
        {(job) => <Cooking job={job} onBack={onBack} />}
      </QueryState>
      {query.isError && (
        <Button variant="default" onClick={onBack}>
          Back to the recipe
        </Button>
      )}
    </>
  );
}

function Drafting({ projectId }: { readonly projectId: number }) {
  const recipes = useQuery(recipesQuestion());
  const pantry = useQuery(pantryQuestion(projectId));
  const draft = useQuery(draftQuestion(projectId, route.useSearch()));
  return (
    <QueryState query={recipes} what="recipes">
      {(known) => (
        <QueryState query={pantry} what="ingredients">
          {(stock) => (
            <QueryState query={draft} what="the recipe">
              {({ text }) => <KitchenForm projectId={projectId} recipes={known} pantry={stock} initialText={text} />}
            </QueryState>
          )}
        </QueryState>
      )}
    </QueryState>
  );
}
