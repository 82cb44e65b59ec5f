import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunColumn } from '../../../preload/contract/runs.ts';

interface ColumnChooserProps {
  readonly all: readonly RunColumn[];
  readonly shown: readonly RunColumn[];
  /** Nothing chosen: back to the columns that are shown by themselves. */
  readonly onChange: (ids: readonly string[]) => void;
}

/** Which columns there are, which are shown, and in what order. */
export function ColumnChooser({ all, shown, onChange }: ColumnChooserProps) {
  const [text, setText] = useState('');
  const ids = shown.map(({ id }) => id);
  const fits = ({ title, id }: RunColumn): boolean => `${title} ${id}`.toLowerCase().includes(text.toLowerCase());
  const hidden = all.filter((column) => !ids.includes(column.id) && fits(column));
  const groups = [...new Set(hidden.map(({ group }) => group))];
  const move = (from: number, to: number): void => {
    const others = ids.filter((_, place) => place !== from);
    onChange([...others.slice(0, to), ids[from]!, ...others.slice(to)]);
  };
  return (
    <Popover position="bottom-end" width={320} shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          aria-label="Find a column"
          placeholder="Find a column"
          size="xs"
          mb="xs"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ScrollArea.Autosize mah={380} type="auto">
          <Stack gap={6} pr="sm">
            <Text size="xs" fw={600} c="dimmed">
              Shown, from left to right
            </Text>
            {shown.map((column, place) =>
              fits(column) ? (
                <Group key={column.id} gap={2} wrap="nowrap">
                  <Checkbox
                    size="xs"
                    flex={1}
                    label={column.title}
                    checked
                    disabled={ids.length === 1}
                    onChange={() => onChange(ids.filter((id) => id !== column.id))}
                  />
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    color="gray"
                    aria-label={`Move ${column.title} to the left`}
                    disabled={place === 0}
                    onClick={() => move(place, place - 1)}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    color="gray"
                    aria-label={`Move ${column.title} to the right`}
                    disabled={place === shown.length - 1}
                    onClick={() => move(place, place + 1)}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                </Group>
              ) : null,
            )}
            {groups.map((group) => (
              <Stack key={group} gap={6}>
                <Text size="xs" fw={600} c="dimmed" mt="xs">
                  {group}
                </Text>
                {hidden
                  .filter((column) => column.group === group)
                  .map((column) => (
                    <Checkbox
                      key={column.id}
                      size="xs"
                      label={column.title}
                      checked={false}
                      onChange={() => onChange([...ids, column.id])}
                    />
                  ))}
              </Stack>
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Button mt="xs" size="compact-xs" variant="subtle" onClick={() => onChange([])}>
          Back to the usual ones
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
