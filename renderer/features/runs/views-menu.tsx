import { ActionIcon, Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { tellWithUndo } from '../../components/tell.tsx';
import { service } from '../../lib/service.ts';
import { type RunsSearch, validateRunsSearch } from './runs-search.ts';

interface ViewsMenuProps {
  readonly projectId: number;
  readonly search: RunsSearch;
  readonly onOpen: (search: RunsSearch) => void;
}

/** Ways of looking at the project's runs, kept under names. */
export function ViewsMenu({ projectId, search, onOpen }: ViewsMenuProps) {
  const queries = useQueryClient();
  const [naming, setNaming] = useState(false);
  const { data: views = [] } = useQuery(service.runs.views.queryOptions({ input: { projectId } }));
  const shared = { onSuccess: () => queries.invalidateQueries({ queryKey: service.runs.views.key() }) };
  const save = useMutation(service.runs.saveView.mutationOptions(shared));
  const remove = useMutation(service.runs.removeView.mutationOptions(shared));
  const { selected: _, ...kept } = search;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (name === '') return;
    save.mutate({ projectId, name, search: { ...kept } });
    setNaming(false);
  };
  return (
    <>
      <Menu position="bottom-end" width={260} shadow="md">
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length > 0 && <Menu.Label>Saved</Menu.Label>}
          {views.map((view) => (
            <Group key={view.id} gap={0} wrap="nowrap">
              <Menu.Item flex={1} onClick={() => onOpen(validateRunsSearch(view.search))}>
                {view.name}
              </Menu.Item>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => {
                  remove.mutate({ id: view.id });
                  tellWithUndo(`The view “${view.name}” is deleted`, () =>
                    save.mutate({ projectId, name: view.name, search: { ...view.search } }),
                  );
                }}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Group>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setNaming(true)}>Save this view…</Menu.Item>
          <Menu.Item onClick={() => onOpen({})}>All runs, newest first</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title="Save this view" size="sm">
        <form onSubmit={submit}>
          <Group gap="xs" align="flex-end">
            <TextInput flex={1} name="name" label="Name of the view" data-autofocus maxLength={80} />
            <Button type="submit">Save</Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
