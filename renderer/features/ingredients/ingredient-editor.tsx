import { Button, Group, Stack, TagsInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IngredientDetails } from '../../../preload/contract/ingredients.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { useIngredientChanges } from './use-ingredient-changes.tsx';

interface IngredientEditorProps {
  readonly details: IngredientDetails;
  readonly onRemoved: () => void;
}

/** Name and tags, saved when a field is left; and the way out. */
export function IngredientEditor({ details, onRemoved }: IngredientEditorProps) {
  const { id } = details;
  const [name, setName] = useState(details.name);
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: service.ingredients.key() });
  const rename = useMutation(service.ingredients.rename.mutationOptions({ onSuccess: refresh }));
  const changes = useIngredientChanges();
  const save = (): void => {
    if (name.trim() !== details.name) rename.mutate({ id, name });
  };
  return (
    <Stack gap="sm">
      <TextInput
        label="Name"
        value={name}
        error={rename.isError ? errorFactsOf(rename.error).what : undefined}
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
          changes.tag(
            [id],
            tags.filter((given) => !details.tags.includes(given)),
            details.tags.filter((given) => !tags.includes(given)),
          )
        }
      />
      <Group justify="flex-end">
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={15} />}
          onClick={() => {
            onRemoved();
            changes.remove([id]);
          }}
        >
          Take off the list
        </Button>
      </Group>
    </Stack>
  );
}
