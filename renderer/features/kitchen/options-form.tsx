import { Input, NumberInput, Select, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FieldErrors } from './field-errors.ts';
import { GroupsField } from './groups-field.tsx';
import { IngredientTable } from './ingredient-table.tsx';
import { type FieldChoice, type OptionField, readNumbers } from './option-fields.ts';
import type { Place } from './recipe-text.ts';
import { SettingField } from './setting-field.tsx';

interface OptionsFormProps {
  readonly fields: readonly OptionField[];
  readonly values: Readonly<Record<string, unknown>>;
  /** What the service says against fields, by their names. */
  readonly errors: FieldErrors;
  readonly disabled: boolean;
  /** By the field's name; such a field is chosen and not typed. */
  readonly choices?: ReadonlyMap<string, readonly FieldChoice[]>;
  /** Names of those that go in, for options by ingredient. */
  readonly ingredients?: readonly string[];
  /** `undefined` leaves the option out. */
  readonly onChange: (place: Place, value: unknown) => void;
}

/** A form made from a schema: whatever options a recipe has, they are here. */
export function OptionsForm(props: OptionsFormProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="md">
      {props.fields.map((field) => (
        <Placed key={field.name} field={field} {...props} />
      ))}
    </SimpleGrid>
  );
}

/** A field as it stands in the file: the same everywhere, different from tensor to tensor, or from ingredient to ingredient. */
function Placed({ field, ...props }: OptionsFormProps & { readonly field: OptionField }) {
  const { fields, values, errors, disabled, choices, ingredients = [], onChange } = props;
  const { name } = field;
  const value = values[name];
  const put = (next: unknown): void => onChange([name], next);
  if (field.kind === 'table') {
    return (
      <IngredientTable
        field={field}
        value={value}
        common={Object.fromEntries(fields.map((one) => [one.name, values[one.name] ?? one.defaultValue]))}
        // An ingredient that another option names, such as the base, has none of its own.
        ingredients={ingredients.filter(
          (one) => !fields.some((f) => f.kind === 'ingredient' && values[f.name] === one),
        )}
        errors={errors}
        disabled={disabled}
        onChange={(ingredient, column, next) => onChange(...pruned(value, name, ingredient, column, next))}
      />
    );
  }
  if (field.kind === 'groups')
    return <GroupsField {...{ field, value, ingredients, errors, disabled }} onChange={put} />;
  const plain = (
    <Field
      field={field}
      value={value}
      error={errors.within(name)}
      disabled={disabled}
      choices={choices?.get(name)}
      onChange={put}
    />
  );
  if (!field.varies) return plain;
  return (
    <SettingField {...{ field, value, errors, disabled }} onChange={put}>
      {plain}
    </SettingField>
  );
}

/** Where to write a cell; an ingredient of which nothing is said any more goes, and so does the table. */
function pruned(
  table: unknown,
  name: string,
  ingredient: string,
  column: string,
  value: unknown,
): [place: Place, value: unknown] {
  if (value !== undefined) return [[name, ingredient, column], value];
  const rows = (table ?? {}) as Readonly<Record<string, object>>;
  if (Object.keys(rows[ingredient] ?? {}).length > 1) return [[name, ingredient, column], undefined];
  return [Object.keys(rows).length > 1 ? [name, ingredient] : [name], undefined];
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
      <ChoiceField
        shared={shared}
        choices={choices}
        value={textOf(value ?? field.defaultValue)}
        canBeNone={field.defaultValue === undefined && !field.required}
        onChange={onChange}
      />
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
    case 'ingredient':
    case 'table':
    case 'groups':
    case 'steps':
    case 'other':
      return (
        <div>
          <Text size="sm" fw={500}>
            {field.label}
          </Text>
          <Text size="xs" c="dimmed">
            {field.description}. Write it into the recipe file.
          </Text>
          {error !== undefined && <Input.Error mt={5}>{error}</Input.Error>}
        </div>
      );
  }
}

/** Every choice with what it is; what cannot be taken stands there with the reason. */
function ChoiceField({
  shared,
  choices,
  value,
  canBeNone = false,
  onChange,
}: {
  readonly shared: Record<string, unknown>;
  readonly choices: readonly FieldChoice[];
  readonly canBeNone?: boolean;
  readonly value: string | null;
  readonly onChange: (value: unknown) => void;
}) {
  const isKnown = value === null || choices.some((choice) => choice.value === value);
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Select
      {...shared}
      description={[shared.description, value === null ? '' : (chosen?.explanation ?? 'It is not known here.')]
        .filter(Boolean)
        .join('. ')}
      data={[
        ...choices.map(({ value: key, label, disabled }) => ({ value: key, label, disabled })),
        ...(isKnown ? [] : [{ value, label: value }]),
      ]}
      value={value}
      placeholder="none"
      clearable={canBeNone}
      clearButtonProps={{ 'aria-label': `Leave out ${String(shared.label)}` }}
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
