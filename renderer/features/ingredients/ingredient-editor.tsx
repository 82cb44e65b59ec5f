import { Button, Group, Stack, TagsInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IngredientDetails } from '../../../preload/contract/ingredients.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { client, service } from '../../lib/service.ts';

interface IngredientEditorProps {
  readonly details: IngredientDetails;
  readonly onRemoved: () => void;
}

const TIME_TO_UNDO = 12_000;

/** Name and tags, saved when a field is left; and the way out. */
export function IngredientEditor({ details, onRemoved }: IngredientEditorProps) {
  const { id } = details;
  const [name, setName] = useState(details.name);
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: service.ingredients.key() });
  const rename = useMutation(service.ingredients.rename.mutationOptions({ onSuccess: refresh }));
  const tag = useMutation(service.ingredients.tag.mutationOptions({ onSuccess: refresh }));
  const remove = useMutation(
    service.ingredients.remove.mutationOptions({
      onSuccess: async () => {
        onRemoved();
        await refresh();
        tellWithUndo(`“${details.name}” is off the list; its file stays where it is`, async () => {
          await client.ingredients.restore({ ids: [id] });
          await refresh();
        });
      },
    }),
  );
  const save = (): void => {
    if (name.trim() !== details.name) rename.mutate({ id, name });
  };
  const failed = [rename, tag, remove].find(({ isError }) => isError);
  return (
    <Stack gap="sm">
      <TextInput
        label="Name"
        value={name}
        error={failed === undefined ? undefined : errorFactsOf(failed.error).what}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
        }}
      />
      <TagsInput
        label="Tags"
        description="Enter adds one"
        maxTags={20}
        value={[...details.tags]}
        onChange={(tags) =>
          tag.mutate({
            ids: [id],
            add: tags.filter((given) => !details.tags.includes(given)),
            remove: details.tags.filter((given) => !tags.includes(given)),
          })
        }
      />
      <Group justify="flex-end">
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={15} />}
          loading={remove.isPending}
          onClick={() => remove.mutate({ ids: [id] })}
        >
          Take off the list
        </Button>
      </Group>
    </Stack>
  );
}

function tellWithUndo(message: string, undo: () => Promise<void>): void {
  const shown = notifications.show({
    autoClose: TIME_TO_UNDO,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            void undo();
            notifications.hide(shown);
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
