import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../components/page.tsx';
import { IngredientsTable } from './ingredients-table.tsx';

const route = getRouteApi('/projects/$projectId/ingredients');

/** A project's checkpoints: brought in, trained, compared, looked into. */
export function IngredientsPage() {
  const projectId = Number(route.useParams().projectId);
  return (
    <Page title="Ingredients">
      <IngredientsTable projectId={projectId} />
    </Page>
  );
}
