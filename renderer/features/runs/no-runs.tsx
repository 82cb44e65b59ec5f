import { Button } from '@mantine/core';
import { IconFilterOff, IconSoup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';

/** An empty table says why it is. */
export function NoRuns({ projectId, filtered }: { readonly projectId: number; readonly filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState compact icon={<IconFilterOff />} title="No run passes the filter">
        Loosen a condition, or clear the filter to see all runs.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconSoup />}
      title="Nothing has been cooked yet"
      action={
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/projects/$projectId/kitchen" params={{ projectId: String(projectId) }} search={{}} {...props} />
          )}
        >
          Open the kitchen
        </Button>
      }
    >
      A run is one cooking: its recipe, what it tried, the soup that came out and how good it is.
    </EmptyState>
  );
}
