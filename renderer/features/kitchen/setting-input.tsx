import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { OptionField } from './option-fields.ts';
import classes from './options.module.css';
import { type Conditional, readSetting, type Scalar, writtenSetting } from './setting-text.ts';

interface ValueInputProps {
  readonly label: string;
  readonly kind: OptionField['kind'];
  readonly value: unknown;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly disabled: boolean;
  /** undefined when nothing is typed */
  readonly onChange: (value: Scalar | readonly Scalar[] | undefined) => void;
}

/** One value, or several over the network's depth with commas between them; what is typed stays as it is typed. */
export function ValueInput({ label, kind, value, placeholder = '', error, disabled, onChange }: ValueInputProps) {
  const written = writtenSetting(value);
  const [typed, setTyped] = useState(written);
  const parsed = readSetting(typed, kind);
  const isWrong = parsed === undefined && typed.trim() !== '';
  const isCurrent = isWrong || writtenSetting(parsed) === written;
  return (
    <TextInput
      size="xs"
      aria-label={label}
      value={isCurrent ? typed : written}
      placeholder={placeholder}
      error={isWrong && isCurrent ? WRONG[kind] : error}
      disabled={disabled}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const next = readSetting(text, kind);
        if (next !== undefined || text.trim() === '') onChange(next);
      }}
    />
  );
}

const WRONG: Readonly<Partial<Record<OptionField['kind'], string>>> = {
  number: 'A number, or several with commas between them',
  switch: 'true or false',
};

interface FilterRowsProps {
  readonly label: string;
  readonly kind: OptionField['kind'];
  readonly rows: readonly Conditional[];
  /** By the places of rows and what is in them: `0.value`. */
  readonly errorAt: (place: string) => string | undefined;
  readonly disabled: boolean;
  /** undefined when the last one is gone */
  readonly onChange: (rows: readonly Conditional[] | undefined) => void;
}

/** Values by the names of tensors: the first filter that is part of a name counts. */
export function FilterRows({ label, kind, rows, errorAt, disabled, onChange }: FilterRowsProps) {
  const put = (index: number, row: Conditional): void =>
    onChange(rows.map((old, place) => (place === index ? row : old)));
  return (
    <div className={classes.rows}>
      {rows.map((row, index) => (
        // Rows have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className={classes.row}>
          <TextInput
            size="xs"
            aria-label={`Filter ${index + 1} of ${label}`}
            value={row.filter ?? ''}
            placeholder="part of a name; * for all"
            error={errorAt(`${index}.filter`)}
            disabled={disabled}
            onChange={(event) => put(index, { ...row, filter: event.currentTarget.value })}
          />
          <ValueInput
            label={`Value ${index + 1} of ${label}`}
            kind={kind}
            value={row.value}
            error={errorAt(`${index}.value`)}
            disabled={disabled}
            onChange={(value) => {
              if (value !== undefined) put(index, { ...row, value });
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove filter ${index + 1} of ${label}`}
            disabled={disabled}
            onClick={() => onChange(rows.length === 1 ? undefined : rows.filter((_, place) => place !== index))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} />}
        disabled={disabled}
        aria-label={`Add a filter to ${label}`}
        onClick={() => onChange([{ filter: '', value: rows[0]!.value }, ...rows])}
      >
        Add a filter
      </Button>
    </div>
  );
}
