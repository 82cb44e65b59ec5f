import { Group, NativeSelect, NumberInput, Select, Text, TextInput } from '@mantine/core';
import type { NumericOption } from '../../../preload/contract/sweeps.ts';
import { type AxisDraft, draftOf, type Spread } from './axis-draft.ts';

interface AxisFieldsProps {
  /** `Option`, `Second option` */
  readonly label: string;
  readonly options: readonly NumericOption[];
  readonly draft: AxisDraft;
  readonly onChange: (draft: AxisDraft) => void;
}

const SPREADS: readonly { readonly value: Spread; readonly label: string }[] = [
  { value: 'linear', label: 'evenly' },
  { value: 'log', label: 'by factors (logarithm)' },
  { value: 'list', label: 'as listed' },
];

/** Which option takes which values. */
export function AxisFields({ label, options, draft, onChange }: AxisFieldsProps) {
  const option = options.find(({ name }) => name === draft.name);
  const put = (change: Partial<AxisDraft>): void => onChange({ ...draft, ...change });
  const number = (field: 'from' | 'to' | 'steps', title: string) => (
    <NumberInput
      label={title}
      value={draft[field] ?? ''}
      allowDecimal={field !== 'steps' && option?.integer !== true}
      w={110}
      onChange={(value) => put({ [field]: typeof value === 'number' ? value : undefined })}
    />
  );
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }} aria-label={label}>
      <Select
        label={label}
        data={options.map(({ name }) => name)}
        value={draft.name}
        allowDeselect={false}
        searchable
        comboboxProps={{ withinPortal: true }}
        onChange={(name) => {
          const chosen = options.find((one) => one.name === name);
          if (chosen !== undefined) onChange(draftOf(chosen));
        }}
      />
      {option !== undefined && option.description !== '' && (
        <Text size="xs" c="dimmed" mt={4}>
          {option.description}
        </Text>
      )}
      <Group mt="xs" gap="sm" align="flex-end">
        <NativeSelect
          label="Values"
          data={SPREADS.map((one) => ({ ...one }))}
          value={draft.spread}
          onChange={(event) => put({ spread: event.currentTarget.value as Spread })}
        />
        {draft.spread === 'list' ? (
          <TextInput
            label="List"
            flex={1}
            value={draft.list}
            placeholder="0.1, 0.2, 0.5"
            onChange={(event) => put({ list: event.currentTarget.value })}
          />
        ) : (
          <>
            {number('from', 'From')}
            {number('to', 'To')}
            {number('steps', 'How many')}
          </>
        )}
      </Group>
    </fieldset>
  );
}
