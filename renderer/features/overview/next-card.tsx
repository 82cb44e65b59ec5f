import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ProjectStock, Standing } from '../../../preload/contract/projects.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { nextSteps, type StepId } from './next-steps.ts';

interface NextCardProps {
  readonly projectId: string;
  readonly stock: ProjectStock;
  readonly standing: Standing | null;
}

const MOST_SHOWN = 3;

/** What to do next, and the button that goes there. */
export function NextCard({ projectId, stock, standing }: NextCardProps) {
  const steps = nextSteps(stock, standing).slice(0, MOST_SHOWN);
  if (steps.length === 0) return null;
  return (
    <Card withBorder component="section" aria-labelledby="next">
      <Title order={2} id="next" mb="sm">
        What to do next
      </Title>
      <Stack gap="md">
        {steps.map((step, place) => (
          <Step key={step} step={step} projectId={projectId} stock={stock} standing={standing} first={place === 0} />
        ))}
      </Stack>
    </Card>
  );
}

function Step({ step, first, ...facts }: NextCardProps & { readonly step: StepId; readonly first: boolean }) {
  const { why, label, to } = describe(step, facts);
  return (
    <div>
      <Text size="sm" mb={6}>
        {why}
      </Text>
      <Button size="xs" variant={first ? 'filled' : 'default'} renderRoot={(props) => to(props)}>
        {label}
      </Button>
    </div>
  );
}

type Root = Readonly<Record<string, unknown>>;

interface Description {
  readonly why: string;
  readonly label: string;
  readonly to: (props: Root) => ReactNode;
}

function describe(step: StepId, { projectId, stock, standing }: NextCardProps): Description {
  const params = { projectId };
  const ingredients = (props: Root) => (
    <Link to="/projects/$projectId/ingredients" params={params} search={{}} {...props} />
  );
  const data = (props: Root) => <Link to="/projects/$projectId/data" params={params} search={{}} {...props} />;
  const kitchen = (recipe?: string) => (props: Root) => (
    <Link
      to="/projects/$projectId/kitchen"
      params={params}
      search={recipe === undefined ? {} : { recipe }}
      {...props}
    />
  );
  const runs = (props: Root) => <Link to="/projects/$projectId/runs" params={params} search={{}} {...props} />;
  switch (step) {
    case 'import-ingredients':
      return {
        why:
          stock.ingredients === 0
            ? 'Bring in the checkpoints that you want to mix: fine-tuned models of one architecture.'
            : 'A soup needs at least two checkpoints of one architecture.',
        label: 'Import ingredients',
        to: (props) => (
          <Link to="/projects/$projectId/ingredients" params={params} search={{ dialog: 'import' }} {...props} />
        ),
      };
    case 'find-files':
      return {
        why: `${formatNumberOf(stock.missingFiles, 'checkpoint is', 'checkpoints are')} no longer where ${stock.missingFiles === 1 ? 'it was' : 'they were'}.`,
        label: 'Find the files',
        to: ingredients,
      };
    case 'add-selection':
      return {
        why: 'Recipes choose by a held-out selection split; without one only the plain average can be cooked.',
        label: 'Add a selection split',
        to: data,
      };
    case 'add-test':
      return {
        why: 'Without a test set nobody can tell whether a soup is better.',
        label: 'Add a test set',
        to: data,
      };
    case 'cook-first':
      return {
        why: `${formatNumberOf(stock.ingredients, 'ingredient is', 'ingredients are')} ready: cook the first soup.`,
        label: 'Cook a soup',
        to: kitchen(stock.splits.selection === 0 ? undefined : 'greedy'),
      };
    case 'resume':
      return {
        why: `${formatNumberOf(stock.runs.unfinished, 'run is', 'runs are')} not finished; cooking goes on from what is done.`,
        label: 'See unfinished runs',
        to: runs,
      };
    case 'cook-greedy':
      return {
        why: 'A greedy soup adds only what helps on the selection split.',
        label: 'Cook a greedy soup',
        to: kitchen('greedy'),
      };
    case 'export':
      return {
        why: 'The best soup has not been written to a file yet.',
        label: 'Export the soup',
        to: (props) => (
          <Link
            to="/projects/$projectId/runs/$runId"
            params={{ ...params, runId: String(standing!.runId) }}
            search={{ export: true }}
            {...props}
          />
        ),
      };
    case 'see-failed':
      return {
        why: `${formatNumberOf(stock.runs.failed, 'run has', 'runs have')} failed.`,
        label: 'See what went wrong',
        to: runs,
      };
    case 'cook-more':
      return { why: 'Other recipes and options may mix better.', label: 'Open the kitchen', to: kitchen() };
  }
}
