import { Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  /** What to do next. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Within a page that has more to show. */
  readonly compact?: boolean;
}

/** Nothing is here yet; says what would be, and how to get there. */
export function EmptyState({ icon, title, children, action, compact = false }: EmptyStateProps) {
  return (
    <Center py={compact ? 28 : 72}>
      <Stack align="center" gap="sm" maw={440}>
        <ThemeIcon size={52} radius="xl" variant="light">
          {icon}
        </ThemeIcon>
        <Title order={2} size={compact ? 'h3' : 'h2'}>
          {title}
        </Title>
        <Text c="dimmed" ta="center" size={compact ? 'sm' : 'md'}>
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}
