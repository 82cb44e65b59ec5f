import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from './empty-state.tsx';

export function NotFound() {
  return (
    <EmptyState
      icon={<IconMapQuestion />}
      title="There is no such page"
      action={<Button renderRoot={(props) => <Link to="/" {...props} />}>All projects</Button>}
    >
      The address may be from another version, or what it showed has been deleted.
    </EmptyState>
  );
}
