import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { HelpButton } from './help/help-button.tsx';
import type { HelpName } from './help/topics.ts';

interface PageProps {
  readonly title: string;
  /** What the page is for and where its figures come from. */
  readonly help: HelpName;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** As wide as the window, for tables of many columns. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: its one heading, what can be done here, and the rest. */
export function Page({ title, help, description, actions, wide = false, children }: PageProps) {
  useDocumentTitle(`${title} · Stockpot`);
  return (
    <Box px={{ base: 'md', md: 36 }} py={{ base: 'md', md: 28 }} maw={wide ? 2200 : 1240} mx="auto">
      <Group justify="space-between" align="flex-start" mb="lg" wrap="wrap">
        <Stack gap={2} miw={0}>
          <Group gap={8} wrap="nowrap">
            <Title order={1}>{title}</Title>
            <HelpButton topic={help} label="About this page" />
          </Group>
          {description !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {description}
            </Text>
          )}
        </Stack>
        <Group gap="xs" role="group" aria-label="Page actions" data-page-actions>
          {actions}
        </Group>
      </Group>
      {children}
    </Box>
  );
}
