import { Button } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';

/** Nothing can be trained without something to learn from and something to judge by. */
export function NoTrainingData({ projectId }: { readonly projectId: number }) {
  return (
    <EmptyState
      compact
      icon={<IconDatabase />}
      title="Training needs data first"
      action={
        <Button
          renderRoot={(props) => (
            <Link
              to="/projects/$projectId/data"
              params={{ projectId: String(projectId) }}
              search={{ dialog: 'add' }}
              {...props}
            />
          )}
        >
          Add data
        </Button>
      }
    >
      One split with the role “train” to learn from, and one with the role “selection” to choose the best epoch by.
    </EmptyState>
  );
}
