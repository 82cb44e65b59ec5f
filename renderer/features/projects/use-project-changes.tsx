import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';

const TIME_TO_UNDO = 12_000;

/** What can be done to a project from a list: each change shows at once, and can be undone where it takes something away. */
export function useProjectChanges() {
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: service.projects.key() });
  const shared = { onSuccess: refresh, onError: (thrown: unknown) => tell(errorFactsOf(thrown).what, 'red') };
  const archive = useMutation(service.projects.archive.mutationOptions(shared));
  const restore = useMutation(service.projects.restore.mutationOptions(shared));
  const remove = useMutation(service.projects.remove.mutationOptions(shared));
  return {
    archive(project: ProjectSummary, archived: boolean) {
      archive.mutate(
        { id: project.id, archived },
        {
          onSuccess: () =>
            tellWithUndo(archived ? `“${project.name}” is archived` : `“${project.name}” is current again`, () =>
              archive.mutate({ id: project.id, archived: !archived }),
            ),
        },
      );
    },
    remove(project: ProjectSummary) {
      remove.mutate(
        { id: project.id },
        { onSuccess: () => tellWithUndo(`“${project.name}” is deleted`, () => restore.mutate({ id: project.id })) },
      );
    },
  };
}

function tell(message: string, color: string): void {
  notifications.show({ message, color });
}

function tellWithUndo(message: string, undo: () => void): void {
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
