import { IconFilterOff, IconSoup } from '@tabler/icons-react';
import { EmptyState } from '../../components/empty-state.tsx';

/** An empty table says why it is. */
export function NoRuns({ filtered }: { readonly filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState compact icon={<IconFilterOff />} title="No run passes the filter">
        Loosen a condition, or clear the filter to see all runs.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<IconSoup />} title="Nothing has been cooked yet">
      A run is one cooking: its recipe, what it tried, the soup that came out and how good it is. Cook one in the
      kitchen.
    </EmptyState>
  );
}
