import { NumberInput, Select, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type FieldChoice, type OptionField, readNumbers } from './option-fields.ts';

interface OptionsFormProps {
  readonly fields: readonly OptionField[];
  readonly values: Readonly<Record<string, unknown>>;
  /** What the service says against a field, by the field's name. */
  readonly errors: ReadonlyMap<string, string>;
  readonly disabled: boolean;
  /** By the field's name; such a field is chosen and not typed. */
  readonly choices?: ReadonlyMap<string, readonly FieldChoice[]>;
  /** `undefined` leaves the option out. */
  readonly onChange: (name: string, value: unknown) => void;
}

/** A form made from a schema: whatever options a recipe has, they are here. */
export function OptionsForm({ fields, values, errors, disabled, choices, onChange }: OptionsFormProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="md">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          error={errors.get(field.name)}
          disabled={disabled}
          choices={choices?.get(field.name)}
          onChange={(value) => onChange(field.name, value)}
        />
      ))}
    </SimpleGrid>
  );
}

interface FieldProps {
  readonly field: OptionField;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly choices: readonly FieldChoice[] | undefined;
  readonly onChange: (value: unknown) => void;
}

function Field({ field, value, error, disabled, choices, onChange }: FieldProps) {
  const shared = {
    label: field.label,
    description: field.description,
    error,
    disabled,
    required: field.required,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
  };
  if (choices !== undefined) {
    return (
      <ChoiceField shared={shared} choices={choices} value={textOf(value ?? field.defaultValue)} onChange={onChange} />
    );
  }
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...shared}
          data={field.values.map(String)}
          value={value === undefined ? textOf(field.defaultValue) : textOf(value)}
          placeholder="as the recipe decides"
          clearable={field.defaultValue === undefined}
          allowDeselect={false}
          comboboxProps={{ withinPortal: true }}
          clearButtonProps={{ 'aria-label': `Leave out ${field.label}` }}
          onChange={(chosen) => onChange(field.values.find((candidate) => String(candidate) === chosen))}
        />
      );
    case 'described': {
      const chosen = textOf(value ?? field.defaultValue);
      return <ChoiceField shared={shared} choices={field.choices} value={chosen} onChange={onChange} />;
    }
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof value === 'number' ? value : ''}
          placeholder={field.defaultValue === undefined ? 'none' : textOf(field.defaultValue)!}
          allowDecimal={!field.integer}
          step={field.integer ? 1 : 0.01}
          {...(field.minimum === undefined ? {} : { min: field.minimum })}
          {...(field.maximum === undefined ? {} : { max: field.maximum })}
          clampBehavior="none"
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'switch':
      return (
        <Switch
          label={field.label}
          description={field.description}
          error={error}
          disabled={disabled}
          checked={value === undefined ? field.defaultValue === true : value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'text':
      return (
        <TextInput
          {...shared}
          value={typeof value === 'string' ? value : ''}
          placeholder={textOf(field.defaultValue) ?? ''}
          onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      );
    case 'list':
      return <ListField field={field} value={value} shared={shared} onChange={onChange} />;
    case 'other':
      return (
        <div>
          <Text size="sm" fw={500}>
            {field.label}
          </Text>
          <Text size="xs" c="dimmed">
            {field.description} Write it into the recipe file.
          </Text>
        </div>
      );
  }
}

/** Every choice with what it is; what cannot be taken stands there with the reason. */
function ChoiceField({
  shared,
  choices,
  value,
  onChange,
}: {
  readonly shared: Record<string, unknown>;
  readonly choices: readonly FieldChoice[];
  readonly value: string | null;
  readonly onChange: (value: unknown) => void;
}) {
  const isKnown = value === null || choices.some((choice) => choice.value === value);
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Select
      {...shared}
      description={[shared.description, chosen?.explanation ?? 'It is not known here.'].filter(Boolean).join('. ')}
      data={[
        ...choices.map(({ value: key, label, disabled }) => ({ value: key, label, disabled })),
        ...(isKnown ? [] : [{ value, label: value }]),
      ]}
      value={value}
      allowDeselect={false}
      comboboxProps={{ withinPortal: true }}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {choices.find((choice) => choice.value === option.value)?.explanation}
          </Text>
        </div>
      )}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** A list is typed as text; what is typed stays as it is typed, however the numbers in it are written down. */
function ListField({
  field,
  value,
  shared,
  onChange,
}: {
  readonly field: Extract<OptionField, { readonly kind: 'list' }>;
  readonly value: unknown;
  readonly shared: Record<string, unknown>;
  readonly onChange: (value: unknown) => void;
}) {
  const written = Array.isArray(value) ? value.join(', ') : '';
  const [typed, setTyped] = useState(written);
  const parsed = field.of === 'number' ? readNumbers(typed) : typed.split(',').map((word) => word.trim());
  const isCurrent = parsed === undefined || parsed.join(', ') === written;
  return (
    <TextInput
      {...shared}
      value={isCurrent ? typed : written}
      placeholder={field.of === 'number' ? '1, 1, 0.5' : 'one, two'}
      {...(parsed === undefined ? { error: 'Numbers, with commas between them' } : {})}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const next = field.of === 'number' ? readNumbers(text) : text.split(',').map((word) => word.trim());
        if (next !== undefined) onChange(text.trim() === '' ? undefined : next);
      }}
    />
  );
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}
