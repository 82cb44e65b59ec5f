import { Button, Group, type MantineColor, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

const TIME_TO_UNDO = 12_000;

export function tell(message: string, color: MantineColor): void {
  notifications.show({ message, color, closeButtonProps: { 'aria-label': 'Dismiss' } });
}

/** Says what was done, with the way back one click away. */
export function tellWithUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: TIME_TO_UNDO,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            undo();
            notifications.hide(id);
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
