import { NumberInput, Switch, TextInput } from '@mantine/core';
import type { client } from '../../lib/service.ts';

type Choices = Awaited<ReturnType<typeof client.exports.choices>>;

export type Layout = NonNullable<Parameters<typeof client.exports.start>[0]['layout']>;

interface LayoutFieldsProps {
  readonly options: Choices['formats'][number]['options'];
  readonly layout: Layout;
  readonly onChange: (layout: Layout) => void;
}

const MEGABYTE = 1e6;

/** What the chosen format gives a choice of; nothing where it gives none. */
export function LayoutFields({ options, layout, onChange }: LayoutFieldsProps) {
  return options.map(({ value, title, description, kind }) => {
    const given = layout[value as keyof Layout];
    const set = (next: string | number | boolean | undefined) => {
      const { [value as keyof Layout]: _, ...others } = layout;
      onChange(next === undefined ? others : { ...others, [value]: next });
    };
    if (kind === 'switch') {
      return (
        <Switch
          key={value}
          label={title}
          description={description}
          checked={given === true}
          onChange={(event) => set(event.currentTarget.checked ? true : undefined)}
        />
      );
    }
    if (kind === 'bytes') {
      return (
        <NumberInput
          key={value}
          label={`${title}, MB`}
          description={description}
          placeholder="5000"
          min={1}
          allowDecimal={false}
          value={typeof given === 'number' ? given / MEGABYTE : ''}
          onChange={(megabytes) => set(typeof megabytes === 'number' ? megabytes * MEGABYTE : undefined)}
        />
      );
    }
    return (
      <TextInput
        key={value}
        label={title}
        description={description}
        value={typeof given === 'string' ? given : ''}
        onChange={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      />
    );
  });
}
