import { Badge, type MantineColor } from '@mantine/core';

/** A state in a word; the colour of its dot only repeats what the word says. */
export function StatusBadge({ color, children }: { readonly color: MantineColor; readonly children: string }) {
  return (
    <Badge variant="dot" color={color} size="md" tt="none" fw={500} miw="max-content">
      {children}
    </Badge>
  );
}
