import { Button, Popover, TagsInput } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';

interface TagsButtonProps {
  /** What is chosen; its plural stands in the field's label. */
  readonly of: string;
  readonly rows: readonly { readonly tags: readonly string[] }[];
  readonly maxTags?: number;
  readonly onChange: (add: readonly string[], taken: readonly string[]) => void;
}

/** Tags that all the chosen have; adding and taking away goes for all of them. */
export function TagsButton({ of, rows, maxTags, onChange }: TagsButtonProps) {
  const common = (rows[0]?.tags ?? []).filter((tag) => rows.every(({ tags }) => tags.includes(tag)));
  return (
    <Popover position="top" width={300} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconTag size={15} />}>
          Tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TagsInput
          label={`Tags of the chosen ${of}`}
          description="Enter after each; what all of them have is shown"
          data-autofocus
          {...(maxTags === undefined ? {} : { maxTags })}
          value={common}
          data={[...new Set(rows.flatMap(({ tags }) => tags))]}
          comboboxProps={{ withinPortal: false }}
          onChange={(tags) =>
            onChange(
              tags.filter((tag) => !common.includes(tag)),
              common.filter((tag) => !tags.includes(tag)),
            )
          }
        />
      </Popover.Dropdown>
    </Popover>
  );
}
