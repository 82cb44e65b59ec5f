import { ActionIcon, Popover, ScrollArea } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { LoadingState } from '../loading-state.tsx';
import type { HelpName } from './topics.ts';

/** The texts are fetched when they are asked for. */
const HelpText = lazy(() => import('./help-text.tsx'));

interface HelpButtonProps {
  readonly topic: HelpName;
  /** For whoever does not see where it stands: `About this page`, `Help: paired tests`. */
  readonly label: string;
}

/** Opens a topic's help beside itself; Escape closes it and gives the focus back. */
export function HelpButton({ topic, label }: HelpButtonProps) {
  return (
    <Popover width={400} position="bottom-start" shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label}>
          <IconHelpCircle size={17} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={label} maw="calc(100vw - 2rem)">
        <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0 }}>
          <Suspense fallback={<LoadingState what="the help" lines={2} />}>
            <HelpText topic={topic} />
          </Suspense>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
