import { CloseButton, Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatNumberOf } from '../lib/format.ts';
import classes from './chosen-bar.module.css';

interface ChosenBarProps {
  /** One of what is chosen, as in `run`. */
  readonly of: string;
  readonly count: number;
  readonly onClear: () => void;
  /** What can be done with them. */
  readonly children: ReactNode;
}

/** Stays at the foot of a list while some of it is chosen: how many, what can be done with them, and none. */
export function ChosenBar({ of, count, onClear, children }: ChosenBarProps) {
  return (
    <Paper
      withBorder
      shadow="md"
      px="sm"
      py={8}
      mt="sm"
      className={classes.bar!}
      component="section"
      aria-label={`Chosen ${of}s`}
    >
      <Group gap="xs">
        <CloseButton size="sm" aria-label="Choose none" onClick={onClear} />
        <Text size="sm" fw={500} mr="sm" role="status">
          {formatNumberOf(count, of)} chosen
        </Text>
        {children}
      </Group>
    </Paper>
  );
}
