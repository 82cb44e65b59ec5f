import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../components/page.tsx';

const route = getRouteApi('/projects/$projectId/runs/$runId');

/** One cooking: what came out, how sure that is, and where it came from. */
export function RunPage() {
  const { runId } = route.useParams();
  return <Page title={`Run ${runId}`}>{null}</Page>;
}
