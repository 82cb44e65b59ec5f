import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Provenance } from '../../../preload/contract/exports.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { FileField } from '../../components/file-field.tsx';
import { Page } from '../../components/page.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { CookAgain } from './cook-again.tsx';
import { ingredientsSentence, originSentence } from './origin-words.ts';
import { SoupFacts, SoupIngredients } from './soup-tables.tsx';

const route = getRouteApi('/origin');

/** Where a soup's file comes from, what of that is here, and the way to cook it again. */
export function OriginPage() {
  const { file, folder, project } = route.useSearch();
  const query = useQuery({
    ...service.exports.provenance.queryOptions({
      input: { path: file, ...(folder === undefined ? {} : { ingredientFolder: folder }) },
    }),
    staleTime: 0,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  return (
    <Page
      help="origin"
      title={file.split(/[\\/]/).at(-1) || 'A soup'}
      description={<span style={{ overflowWrap: 'anywhere' }}>{query.data?.file ?? file}</span>}
    >
      <QueryState query={query} what="where the file comes from">
        {(provenance) => (
          <Told key={file} provenance={provenance} project={project} folder={folder} isLooking={query.isFetching} />
        )}
      </QueryState>
    </Page>
  );
}

interface ToldProps {
  readonly provenance: Provenance;
  readonly project: number | undefined;
  readonly folder: string | undefined;
  readonly isLooking: boolean;
}

function Told({ provenance, project, folder, isLooking }: ToldProps) {
  const { here, ingredients, problem } = provenance;
  const isComplete = ingredients.every(({ path }) => path !== null);
  return (
    <Stack gap="xl">
      <Alert
        role="status"
        variant="light"
        color={here === null ? 'blue' : 'teal'}
        icon={<IconCheck />}
        title={originSentence(provenance)}
      >
        {here === null ? (
          <Text size="sm">
            That run is not in this workspace. The file carries its recipe, so it can be cooked again.
          </Text>
        ) : (
          <Button size="xs" renderRoot={(props) => <RunLink here={here} {...props} />}>
            Open run {here.id}
          </Button>
        )}
      </Alert>
      <section aria-labelledby="soup-recipe">
        <Title order={2} id="soup-recipe" mb="xs">
          Recipe
        </Title>
        <SoupFacts provenance={provenance} />
      </section>
      <section aria-labelledby="soup-ingredients">
        <Title order={2} id="soup-ingredients" mb={4}>
          Ingredients
        </Title>
        <Text size="sm" c="dimmed" mb="xs" role="status">
          {ingredientsSentence(ingredients)}
        </Text>
        <SoupIngredients ingredients={ingredients} />
        {!isComplete && <FindIngredients folder={folder} isLooking={isLooking} />}
      </section>
      <section aria-labelledby="soup-again">
        <Title order={2} id="soup-again" mb="xs">
          Go on
        </Title>
        {problem !== null && <ErrorState error={problem} />}
        <CookAgain
          provenance={provenance}
          project={project}
          folder={folder}
          canCook={problem === null && isComplete && !isLooking}
        />
      </section>
    </Stack>
  );
}

function RunLink({ here, ...props }: { readonly here: NonNullable<Provenance['here']> }) {
  const params = { projectId: String(here.projectId), runId: String(here.id) };
  return <Link to="/projects/$projectId/runs/$runId" params={params} {...props} />;
}

function FindIngredients({ folder, isLooking }: { readonly folder: string | undefined; readonly isLooking: boolean }) {
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(folder ?? '');
  return (
    <Stack gap="xs" mt="md" maw={720}>
      <FileField
        label="Folder with the missing ingredients"
        description="They are known by their content, whatever they are called there."
        value={typed}
        onChange={setTyped}
        wanted={{ kind: 'folder' }}
      />
      <Group>
        <Button
          variant="default"
          disabled={typed.trim() === ''}
          loading={isLooking}
          onClick={() => void navigate({ search: (before) => ({ ...before, folder: typed.trim() }), replace: true })}
        >
          Look in this folder
        </Button>
      </Group>
    </Stack>
  );
}
