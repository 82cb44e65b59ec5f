import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { HelpButton } from './help/help-button.tsx';
import type { HelpName } from './help/topics.ts';

interface SectionTitleProps {
  readonly id?: string;
  readonly help: HelpName;
  /** `Help: paired tests` */
  readonly helpLabel: string;
  readonly children: ReactNode;
}

/** A heading within a page with help on what stands below it. */
export function SectionTitle({ id, help, helpLabel, children }: SectionTitleProps) {
  return (
    <Group gap={6} mb="xs" wrap="nowrap">
      <Title order={2} {...(id === undefined ? {} : { id })}>
        {children}
      </Title>
      <HelpButton topic={help} label={helpLabel} />
    </Group>
  );
}
